package crosscheck

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// array is a tensor as the peers' scripts exchange it.
type array struct {
	Shape ir.Shape `json:"shape"`
	Data  string   `json:"data"` // base64 of little-endian float32
}

func encode(t *ir.Tensor) array {
	raw := make([]byte, 0, 4*len(t.Data))
	for _, v := range t.Data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return array{t.Shape, base64.StdEncoding.EncodeToString(raw)}
}

func (a array) decode() (*ir.Tensor, error) {
	raw, err := base64.StdEncoding.DecodeString(a.Data)
	if err != nil {
		return nil, err
	}
	t := &ir.Tensor{Shape: a.Shape, Data: make([]float32, len(raw)/4)}
	for i := range t.Data {
		t.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return t, t.Check()
}

// job is a model to be run in ONNX Runtime.
type job struct {
	path   string
	inputs map[string]*ir.Tensor
}

// answer is what became of a job.
type answer struct {
	outputs map[string]*ir.Tensor
	err     error
}

// onnxRuntime runs models in ONNX Runtime, in one process of node.
func onnxRuntime(t *testing.T, jobs ...job) []answer {
	t.Helper()
	var requests bytes.Buffer
	lines := json.NewEncoder(&requests)
	for _, j := range jobs {
		request := struct {
			Model  string           `json:"model"`
			Inputs map[string]array `json:"inputs"`
		}{j.path, make(map[string]array)}
		for name, x := range j.inputs {
			request.Inputs[name] = encode(x)
		}
		if err := lines.Encode(request); err != nil {
			t.Fatal(err)
		}
	}
	responses := json.NewDecoder(bytes.NewReader(command(t, requests.Bytes(), "node", "onnxruntime/run.cjs")))
	answers := make([]answer, len(jobs))
	for i := range answers {
		var response struct {
			Outputs map[string]array `json:"outputs"`
			Error   string           `json:"error"`
		}
		if err := responses.Decode(&response); err != nil {
			t.Fatalf("response %d of %d: %v", i+1, len(jobs), err)
		}
		if response.Error != "" {
			answers[i].err = errors.New(response.Error)
		}
		answers[i].outputs = make(map[string]*ir.Tensor)
		for name, a := range response.Outputs {
			x, err := a.decode()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			answers[i].outputs[name] = x
		}
	}
	return answers
}

// needONNXRuntime skips where node or its onnxruntime package is absent.
func needONNXRuntime(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is absent: nothing was run in ONNX Runtime")
	}
	if _, err := os.Stat("onnxruntime/node_modules/onnxruntime-node"); err != nil {
		t.Skip("onnxruntime-node is not installed (crosscheck/run installs it): nothing was run in ONNX Runtime")
	}
}

// python names a Python 3 that has the modules, and skips where there is none.
func python(t *testing.T, modules ...string) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import "+strings.Join(modules, ", ")).Run() == nil {
			return name
		}
	}
	t.Skipf("no python3 with %s: nothing was checked with it", strings.Join(modules, " and "))
	return ""
}

// command runs a program that must succeed and returns its standard output.
func command(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	c := exec.Command(name, args...)
	c.Stdin = bytes.NewReader(stdin)
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, stderr.String())
	}
	return out
}
