// Command benchconvert times conversions of the full-size AlexNet beside a copy
// of the same file that is flushed to the disk, and beside python3-onnx and
// numpy, all in turns, and prints a Markdown table: the median time, the median
// of the ratios to the copy of the same round, and the peak of anonymous memory,
// which is what a process takes beyond the files that it maps.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 5, "rounds of every program")
	model := flag.String("model", "zoo:bvlc_alexnet?seed=1", "the model, as alexconv names it")
	flag.Parse()
	if err := run(*model, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "benchconvert:", err)
		os.Exit(1)
	}
}

// job is one program whose outputs are removed before each run.
type job struct {
	name    string
	outputs []string
	command []string

	seconds, ratios []float64
	memory          int64 // bytes
}

func run(model string, rounds int) error {
	folder, err := os.MkdirTemp("", "benchconvert")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	in := func(name string) string { return filepath.Join(folder, name) }
	build := exec.Command("go", "build", "-trimpath", "-o", in("alexconv"), "./cmd/alexconv")
	build.Dir, build.Stderr = "..", os.Stderr
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	caffe := in("net.prototxt") + "+" + in("net.caffemodel")
	for _, out := range []string{caffe, in("net.onnx"), in("net.npy")} {
		if text, err := exec.Command(in("alexconv"), "convert", model, "-o", out).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
	}
	convert := func(name, from string, outputs ...string) *job {
		for i := range outputs {
			outputs[i] = in(outputs[i])
		}
		return &job{name: name, outputs: outputs, command: []string{in("alexconv"), "convert", from, "-o", strings.Join(outputs, "+")}}
	}
	jobs := []*job{
		{name: "cp and sync of the caffemodel", outputs: []string{in("copy")}, command: []string{"sh", "-c", `cp "$0" "$1" && sync "$1"`, in("net.caffemodel"), in("copy")}},
		convert("caffemodel -> ONNX", caffe, "a.onnx"),
		convert("ONNX -> caffemodel", in("net.onnx"), "b.prototxt", "b.caffemodel"),
		convert("caffemodel -> npy", caffe, "c.npy"),
		convert("npy -> caffemodel", in("net.prototxt")+"+"+in("net.npy"), "d.prototxt", "d.caffemodel"),
		convert("npy -> ONNX", in("net.prototxt")+"+"+in("net.npy"), "e.onnx"),
		convert("caffemodel -> frozen TensorFlow", caffe, "f.pb"),
	}
	if python := find("onnx"); python != "" {
		jobs = append(jobs, &job{name: "python3-onnx: load and save the ONNX, no sync", outputs: []string{in("p.onnx")},
			command: []string{python, "-c", "import onnx, sys; onnx.save(onnx.load(sys.argv[1]), sys.argv[2])", in("net.onnx"), in("p.onnx")}})
	}
	if python := find("numpy"); python != "" {
		jobs = append(jobs, &job{name: "numpy: load the dict, nothing written",
			command: []string{python, "-c", "import numpy, sys; numpy.load(sys.argv[1], allow_pickle=True).item()", in("net.npy")}})
	}
	for range rounds {
		for _, j := range jobs {
			if err := j.once(); err != nil {
				return fmt.Errorf("%s: %w", j.name, err)
			}
			j.ratios = append(j.ratios, j.seconds[len(j.seconds)-1]/jobs[0].seconds[len(j.seconds)-1])
		}
	}
	info, err := os.Stat(in("net.caffemodel"))
	if err != nil {
		return err
	}
	fmt.Printf("%s, %.0f MB, page cache warm, %d rounds in turns\n\n| | median s | times the copy | anonymous memory MB |\n|---|---|---|---|\n", model, float64(info.Size())/1e6, rounds)
	for _, j := range jobs {
		fmt.Printf("| %s | %.2f | %.2f | %.0f |\n", j.name, median(j.seconds), median(j.ratios), float64(j.memory)/1e6)
	}
	return nil
}

// find is a Python that has the module, empty if none has.
func find(module string) string {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import "+module).Run() == nil {
			return python
		}
	}
	fmt.Fprintf(os.Stderr, "benchconvert: no python3 has %s; left out\n", module)
	return ""
}

// once runs the program and takes its time and the peak of its memory.
func (j *job) once() error {
	for _, path := range j.outputs {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	c := exec.Command(j.command[0], j.command[1:]...)
	c.Stderr = os.Stderr
	start := time.Now()
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	peak := make(chan int64)
	go func() { peak <- watch(c.Process.Pid, ended) }()
	err := c.Wait()
	j.seconds = append(j.seconds, time.Since(start).Seconds())
	close(ended)
	j.memory = max(j.memory, <-peak)
	return err
}

// watch samples a process's anonymous memory until it has ended.
func watch(pid int, ended <-chan struct{}) (peak int64) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return peak
		case <-tick.C:
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(status), "RssAnon:")
		text, _, _ := strings.Cut(rest, "kB")
		if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
			peak = max(peak, n<<10)
		}
	}
}

func median(list []float64) float64 {
	s := slices.SortedFunc(slices.Values(list), cmp.Compare)
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
