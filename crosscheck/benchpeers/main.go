// Command benchpeers times alexconv's fast engine and ONNX Runtime on the same
// models, the same processors and in turns, and prints the ratio of medians of
// each round and the median of the ratios. Run it through crosscheck/bench.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

func main() {
	var o options
	flag.StringVar(&o.models, "model", "zoo:bvlc_alexnet?seed=2012", "the models, as alexconv names them, separated by commas")
	flag.IntVar(&o.rounds, "rounds", 7, "rounds of runs of both")
	flag.IntVar(&o.runs, "runs", 15, "runs of each in a round at most")
	flag.DurationVar(&o.round, "round", 2*time.Second, "time of alexconv's part of a round at most, as long as that is 3 runs")
	flag.StringVar(&o.cases, "cases", "1x2,8x2,1x1", "BATCHxTHREADS, separated by commas")
	flag.StringVar(&o.winograd, "winograd", "off,auto", "off, auto or both")
	flag.StringVar(&o.runtime, "onnxruntime", "onnxruntime/serve.cjs", "the script that serves ONNX Runtime")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "benchpeers:", err)
		os.Exit(1)
	}
}

type options struct {
	models, cases, winograd, runtime string
	rounds, runs                     int
	round                            time.Duration
}

func (o options) run() error {
	fmt.Printf("medians in ms, %d rounds of up to %d runs each, in turns\n", o.rounds, o.runs)
	fmt.Println("batch  threads  winograd  alexconv  onnxruntime  ratio  (lowest and highest of the rounds)")
	for model := range strings.SplitSeq(o.models, ",") {
		if err := o.bench(model); err != nil {
			return err
		}
	}
	return nil
}

// bench times one model in all cases.
func (o options) bench(model string) error {
	m, err := convert.Open(model, convert.OpenOptions{})
	if err != nil {
		return err
	}
	defer m.Close()
	if n := len(m.Graph.Inputs()); n != 1 {
		return fmt.Errorf("%s has %d inputs, want 1", model, n)
	}
	fmt.Println(model)
	for text := range strings.SplitSeq(o.cases, ",") {
		var batch, threads int
		if _, err := fmt.Sscanf(text, "%dx%d", &batch, &threads); err != nil {
			return fmt.Errorf("case %q: want BATCHxTHREADS", text)
		}
		if err := o.compare(m.Graph, batch, threads); err != nil {
			return err
		}
	}
	return nil
}

// compare times one batch size on a number of processors.
func (o options) compare(g *ir.Graph, batch, threads int) error {
	sized, err := convert.WithBatch(g, batch)
	if err != nil {
		return err
	}
	peer, err := o.startPeer(sized, threads)
	if err != nil {
		return err
	}
	defer peer.stop()
	for setting := range strings.SplitSeq(o.winograd, ",") {
		p, err := runtime.Compile(sized, runtime.Options{Engine: runtime.Fast, Threads: threads, Winograd: setting == "auto", Resident: true})
		if err != nil {
			return err
		}
		err = o.inTurns(p, peer, sized, fmt.Sprintf("%5d  %7d  %8s", batch, threads, setting))
		p.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// between lets threads that spin after a run go to sleep.
const between = 60 * time.Millisecond

func (o options) inTurns(p *runtime.Plan, peer *peer, g *ir.Graph, label string) error {
	shapes, err := g.Infer(nil)
	if err != nil {
		return err
	}
	input := g.Inputs()[0]
	inputs := map[string]*ir.Tensor{input.Name: ir.Seeded(input.Blob, 1, 128, shapes[input]...)}
	once := func() (float64, error) {
		start := time.Now()
		_, err := p.Run(context.Background(), inputs, nil)
		return time.Since(start).Seconds() * 1e3, err
	}
	warm := 0.0
	for range 3 {
		if warm, err = once(); err != nil {
			return err
		}
	}
	runs := min(o.runs, max(3, int(float64(o.round.Milliseconds())/warm)))
	var ours, theirs, ratios []float64
	for range o.rounds {
		time.Sleep(between)
		var times []float64
		for range runs {
			t, err := once()
			if err != nil {
				return err
			}
			times = append(times, t)
		}
		time.Sleep(between)
		peerTimes, err := peer.times(runs)
		if err != nil {
			return err
		}
		a, b := median(times), median(peerTimes)
		ours, theirs, ratios = append(ours, a), append(theirs, b), append(ratios, b/a)
	}
	fmt.Printf("%s  %8.2f  %11.2f  %5.2f  (%.2f to %.2f)\n", label, median(ours), median(theirs), median(ratios), slices.Min(ratios), slices.Max(ratios))
	return nil
}

func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// peer is a node process that holds the model in ONNX Runtime.
type peer struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	lines   *bufio.Scanner
	folder  string
}

func (o options) startPeer(g *ir.Graph, threads int) (*peer, error) {
	folder, err := os.MkdirTemp("", "benchpeers")
	if err != nil {
		return nil, err
	}
	p := &peer{folder: folder}
	model := filepath.Join(folder, "model.onnx")
	if _, err := convert.Save(context.Background(), g, model, convert.SaveOptions{}); err != nil {
		p.stop()
		return nil, err
	}
	shapes, err := g.Infer(nil)
	if err != nil {
		p.stop()
		return nil, err
	}
	input := g.Inputs()[0]
	dims := strings.ReplaceAll(shapes[input].String(), "x", ",")
	p.command = exec.Command("node", o.runtime, model, strconv.Itoa(threads), input.Name, dims)
	p.command.Stderr = os.Stderr
	if p.stdin, err = p.command.StdinPipe(); err != nil {
		p.stop()
		return nil, err
	}
	stdout, err := p.command.StdoutPipe()
	if err == nil {
		err = p.command.Start()
	}
	if err != nil {
		p.command = nil
		p.stop()
		return nil, err
	}
	p.lines = bufio.NewScanner(stdout)
	p.lines.Buffer(nil, 1<<20)
	if !p.lines.Scan() || p.lines.Text() != "ready" {
		p.stop()
		return nil, fmt.Errorf("ONNX Runtime did not start; crosscheck/run installs it")
	}
	return p, nil
}

// times runs the model n times and gives the milliseconds of each run.
func (p *peer) times(n int) ([]float64, error) {
	if _, err := fmt.Fprintln(p.stdin, n); err != nil {
		return nil, err
	}
	if !p.lines.Scan() {
		return nil, fmt.Errorf("ONNX Runtime ended")
	}
	var list []float64
	for _, field := range strings.Fields(p.lines.Text()) {
		t, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	if len(list) != n {
		return nil, fmt.Errorf("ONNX Runtime gave %d times for %d runs", len(list), n)
	}
	return list, nil
}

func (p *peer) stop() {
	if p.command != nil {
		p.stdin.Close()
		p.command.Wait()
	}
	os.RemoveAll(p.folder)
}
