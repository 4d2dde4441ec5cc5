package code

import (
	"fmt"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// torch is the module for PyTorch. Layers with parameters are attributes of the
// model under identifiers made of their names.
var torch = &framework{
	name:    "PyTorch",
	writers: make(map[string]func(*program, ir.Op) error),
	reserved: []string{"argparse", "numpy", "os", "torch", "nn", "F", "WEIGHTS", "OUTPUTS", "Model", "main", "take", "weights",
		"positions", "same_pads", "pad", "max_pool", "average_pool"},
	// The attributes of nn.Module.
	attribs: strings.Fields(`
		T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
		extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia
		named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
		register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
		register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
		register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory
		state_dict to to_empty train training type xpu zero_grad`),
	assemble: assembleTorch,
}

func assembleTorch(p *program, o Options) string {
	var load []string
	if len(p.init) > 0 {
		p.use("torch_take")
		load = []string{
			"if weights is None:",
			"    weights = numpy.load(WEIGHTS)",
		}
	}
	body := append(append([]string(nil), p.body...), "return "+strings.Join(p.outputVars(), ", "))
	return fmt.Sprintf(torchModule,
		p.title(), escape(o.Weights), p.inputsText(func(s ir.Shape) ir.Shape { return s }),
		quote(o.Weights), p.outputNames(),
		p.fragmentsText([]string{"torch_take", "torch_pad", "positions", "same_pads", "torch_max_pool", "torch_average_pool"}),
		indented(8, append(load, p.init...)), strings.Join(p.inputVars(), ", "), indented(8, body), len(p.inputVars()))
}

// torchModule is the module around the model's own lines.
const torchModule = `"""%s for PyTorch, written by alexconv.

The weights are in %s beside this file, a numpy archive with the keys LAYER/0 and LAYER/1 and Caffe's
layouts, which are PyTorch's: filters (out, in/group, kh, kw), matrices (out, in).
Images are N, C, H, W. Inputs: %s; the batch is free.

    python3 THIS_FILE input.npy -o outputs.npz
"""

import argparse
import os

import numpy
import torch
import torch.nn.functional as F
from torch import nn

WEIGHTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), %s)
OUTPUTS = %s


%sclass Model(nn.Module):
    def __init__(self, weights=None):
        super().__init__()
%s
    def forward(self, %s):
%s

def main():
    parser = argparse.ArgumentParser(description="Runs the model on one .npy array for each input.")
    parser.add_argument("inputs", nargs=%d, metavar="INPUT.npy")
    parser.add_argument("-o", "--output", metavar="OUT.npz", help="save the outputs")
    args = parser.parse_args()
    inputs = [torch.from_numpy(numpy.load(path).astype("float32")) for path in args.inputs]
    with torch.no_grad():
        outputs = Model().eval()(*inputs)
    outputs = [y.numpy() for y in (outputs if isinstance(outputs, tuple) else [outputs])]
    for name, y in zip(OUTPUTS, outputs):
        print(name, y.shape)
    if args.output:
        numpy.savez(args.output, **dict(zip(OUTPUTS, outputs)))


if __name__ == "__main__":
    main()
`
