// Package runner runs a model in somebody else's program.
//
// The program is a command line with placeholders:
//
//	python3 docs/runners/onnxruntime.py {model} {inputs} {outputs}
//
// {inputs} is an .npz file that holds the inputs by name, {outputs} the .npz file
// that the program must write, with what it computed by the names of the model's
// values. {model} is the model as it was given; of a topology and its weights
// joined with a plus sign, {topology} and {weights} are the two. No shell takes
// part: see [Parse].
package runner
