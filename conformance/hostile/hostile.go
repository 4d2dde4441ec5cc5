package hostile

import (
	"fmt"
	"slices"
)

// Case is a command line that must be refused.
type Case struct {
	// Name says what the case shows.
	Name string
	// Files is the content of the folder in which the command runs, by name;
	// Links are symbolic links in it and what they point to.
	Files map[string][]byte
	Links map[string]string
	// Args are the arguments of alexconv.
	Args []string
	// Says is a regular expression for the whole line of stderr behind
	// "alexconv: ".
	Says string
}

// Cases are all of them.
func Cases() []Case {
	return slices.Concat(protobufCases(), caffeCases(), onnxCases(), tensorflowCases(), npyCases(), pickleCases(), npzCases(), hdf5Cases(), pictureCases(), pathCases())
}

// digests is a case of one file that is a model by itself.
func digests(name, file string, content []byte, says string) Case {
	return Case{Name: name, Files: map[string][]byte{file: content}, Args: []string{"digest", file}, Says: file + says}
}

// weighs is a case of one file of weights for [topology].
func weighs(name, file string, content []byte, says string) Case {
	return Case{
		Name:  name,
		Files: map[string][]byte{"net.prototxt": []byte(topology), file: content},
		Args:  []string{"digest", "net.prototxt+" + file},
		Says:  file + says,
	}
}

// cuts are cases of a file that is cut at each of the given places.
func cuts(build func(name, file string, content []byte, says string) Case, file string, whole []byte, places []int, says string) []Case {
	var cases []Case
	for _, n := range places {
		cases = append(cases, build(fmt.Sprintf("%s cut after %d of %d bytes", file, n, len(whole)), file, whole[:n], says))
	}
	return cases
}
