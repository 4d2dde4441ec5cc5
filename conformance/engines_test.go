package conformance

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/runtime"
)

// tierVariable forces a tier of kernels on a process.
const tierVariable = "ALEXCONV_CPU"

// engine is a way to run a graph.
type engine struct {
	name    string
	options runtime.Options
}

// engines are all there are: what holds must hold on each. A process with a
// forced tier of kernels leaves out the engine that has none.
var engines = func() []engine {
	list := []engine{
		{"fast", runtime.Options{Engine: runtime.Fast}},
		{"fast with Winograd", runtime.Options{Engine: runtime.Fast, Winograd: true}},
	}
	if os.Getenv(tierVariable) == "" {
		list = append(list, engine{"reference", runtime.Options{}})
	}
	return list
}()

// TestEveryKernelTier repeats the comparisons with Caffe in a process for each
// tier that this CPU has, but for the one that this process uses.
func TestEveryKernelTier(t *testing.T) {
	if os.Getenv(tierVariable) != "" {
		t.Skip("a tier is forced on this process")
	}
	ran := 0
	for _, tier := range []string{"generic", "avx2", "avx512", "neon"} {
		t.Run(tier, func(t *testing.T) {
			c := exec.Command(os.Args[0], "-test.run", "^(TestCaffeFixtures|TestSeededAlexNetAgreesWithCaffeAtEveryLayer|TestLeNetClassifiesMNISTAsCaffeDoes)$")
			c.Env = append(os.Environ(), tierVariable+"="+tier)
			out, err := c.CombinedOutput()
			if strings.Contains(string(out), "this CPU has the tiers") {
				t.Skip("this CPU has no such tier")
			}
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			ran++
		})
	}
	if ran == 0 {
		t.Error("no tier was tried")
	}
}
