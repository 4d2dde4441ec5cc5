package caffe

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// What protobuf 3.21's own parser accepts, as the text that we print of it,
// with line breaks as spaces.
func TestTextAccepts(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"an empty file", "", ""},
		{"only a comment", "# nothing", ""},
		{"a comment between a name and its colon", "name # why not\n : 'x'", `name: "x"`},
		{"adjacent strings in either quotes", `name: "a" 'b'"c"`, `name: "abc"`},
		{"simple escapes", `name: "\a\b\f\n\r\t\v\\\?\'\""`, `name: "\007\010\014\n\015\011\013\\?'\""`},
		{"octal and hex escapes", `name: "\101\x42\x4a\7\400"`, "name: \"ABJ\\007\\000\""},
		{"unicode escapes", `name: "\u00e9\U0001F600\ud83d\ude00"`, "name: \"é😀😀\""},
		{"a lone surrogate", `name: "\ud83d"`, `name: "\355\240\275"`},
		{"a code beyond Unicode", `name: "\U00110000"`, `name: "\\U00110000"`},
		{"an escaped NUL", `name: "a\000b"`, `name: "a\000b"`},
		{"UTF-8 in a string", `name: "größe"`, `name: "größe"`},
		{"bytes that are not UTF-8", "name: \"\xff\"", `name: "\377"`},
		{"separators", `name: "x", force_backward: t; input: "a"`, `name: "x" force_backward: true input: "a"`},
		{"no space where none is needed", `name:"x"force_backward:t;input:"a"input_dim:[1]state<>`, `name: "x" force_backward: true input: "a" input_dim: 1 state { }`},
		{"angle brackets and colons", `state: < level: 1 > layer < > layer: { }`, "state { level: 1 } layer { } layer { }"},
		{"lists of scalars and of messages", `input_dim: [1, 2] input_dim: [] layer [{name: "a"}, <name: "b">]`, `input_dim: 1 input_dim: 2 layer { name: "a" } layer { name: "b" }`},
		{"octal, hex and spaced minus", `input_dim: 010 input_dim: 0x1F input_dim: - 2`, "input_dim: 8 input_dim: 31 input_dim: -2"},
		{"the ends of int32", `input_dim: 2147483647 input_dim: -2147483648`, "input_dim: 2147483647 input_dim: -2147483648"},
		{"the ends of int64", `input_shape { dim: [9223372036854775807, -9223372036854775808] }`, "input_shape { dim: 9223372036854775807 dim: -9223372036854775808 }"},
		{"every true", `layer { propagate_down: [true, True, t, 1, 0x1, 01] }`, strings.Join([]string{"layer {", strings.Repeat("propagate_down: true ", 6), "}"}, " ")},
		{"every false", `layer { propagate_down: [false, False, f, 0, 0x0, 00] }`, strings.Join([]string{"layer {", strings.Repeat("propagate_down: false ", 6), "}"}, " ")},
		{"floats", `layer { loss_weight: [1., .5, 1.f, 2F, 1E+1, 1.e-1, 7, -.5, 0] }`,
			"layer { loss_weight: 1 loss_weight: 0.5 loss_weight: 1 loss_weight: 2 loss_weight: 10 loss_weight: 0.1 loss_weight: 7 loss_weight: -0.5 loss_weight: 0 }"},
		{"infinities and their spellings", `layer { loss_weight: [inf, -INF, Infinity, 1e400, -1e39, nan] }`,
			"layer { loss_weight: inf loss_weight: -inf loss_weight: inf loss_weight: inf loss_weight: -inf loss_weight: nan }"},
		{"an integer beyond uint64 for a float", `layer { loss_weight: 18446744073709551616 }`, "layer { loss_weight: 1.8446744e+19 }"},
		{"an enum by name, by number and by octal number", `layer { pooling_param { pool: AVE } } layer { pooling_param { pool: 1 } } layer { pooling_param { pool: 02 } }`,
			"layer { pooling_param { pool: AVE } } layer { pooling_param { pool: AVE } } layer { pooling_param { pool: STOCHASTIC } }"},
		{"carriage returns, vertical tabs and form feeds", "name:\r\n\v\f'x'", `name: "x"`},
	} {
		m, err := parseText(c.src, netParameter, ir.DefaultLimits)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := strings.Join(strings.Fields(string(formatText(m))), " ")
		if want := strings.Join(strings.Fields(c.want), " "); got != want {
			t.Errorf("%s: %s, want %s", c.name, got, want)
		}
	}
}

// What protobuf refuses, with the place of the token at fault.
func TestTextRefuses(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a typo", "layer {\n  name: \"conv2\"\n  convolution_param {\n    num_ouput: 256\n  }\n}",
			`4:5: layer "conv2": unknown field "num_ouput" in ConvolutionParameter (did you mean "num_output"?)`},
		{"a layer whose name comes later", `layer { tpye: "ReLU" top: "x" name: "r" }`, `1:9: layer "r": unknown field "tpye" in LayerParameter (did you mean "type"?)`},
		{"a V0 layer, named one level down", `layers { layer { name: "old" kernel: 3 } }`, `1:30: layer "old": unknown field "kernel" in V0LayerParameter`},
		{"a name further down is another's", `layer { nam: "x" include { stage: "y" } }`, `1:9: unknown field "nam" in LayerParameter (did you mean "name"?)`},
		{"a solver's field", "net: \"x\"", `1:1: unknown field "net" in NetParameter`},
		{"no colon before a scalar", `name "x"`, `1:6: expected ":", found the string "x"`},
		{"a field given twice", `name: "x" name: "y"`, `1:11: field "name" is given twice in NetParameter`},
		{"a message given twice", `state { } state { }`, `1:11: field "state" is given twice in NetParameter`},
		{"a list for a field that takes one value", `name: ["x"]`, `1:7: expected a string in quotes, found "["`},
		{"a comma at the end of a list", `input_dim: [1,]`, `1:15: expected an integer, found "]"`},
		{"two separators", `name: "x",, force_backward: 1`, `1:11: expected a field name, found ","`},
		{"the other bracket at the end", `state { level: 1 >`, `1:18: expected "}", found ">"`},
		{"no bracket at the end", "state {\n", `2:1: expected a field name, found the end of the file`},
		{"a bracket too many", `}`, `1:1: expected a field name, found "}"`},
		{"an extension", `[a.b]: 1`, `1:1: NetParameter has no extensions`},
		{"a leading plus", `input_dim: +1`, `1:12: expected an integer, found "+"`},
		{"a minus for an unsigned field", `layer { pooling_param { pad: -1 } }`, `1:30: expected an integer, found "-"`},
		{"2.0 for an integer", `input_dim: 2.0`, `1:12: expected an integer, found "2.0"`},
		{"int32 overflow", `input_dim: 2147483648`, `1:12: integer 2147483648 is out of range`},
		{"int32 underflow", `input_dim: -2147483649`, `1:13: integer 2147483649 is out of range`},
		{"uint32 overflow", `layer { pooling_param { pad: 4294967296 } }`, `1:30: integer 4294967296 is out of range`},
		{"int64 overflow", `input_shape { dim: 9223372036854775808 }`, `1:20: integer 9223372036854775808 is out of range`},
		{"octal for a float", `layer { loss_weight: 010 }`, `1:22: expected a decimal number, found "010"`},
		{"hex for a float", `layer { loss_weight: 0x1 }`, `1:22: expected a decimal number, found "0x1"`},
		{"a digit that octal does not have", `input_dim: 08`, `1:13: a number with a leading zero must be octal`},
		{"hex without digits", `input_dim: 0x`, `1:14: "0x" must be followed by hex digits`},
		{"an exponent without digits", `layer { loss_weight: 1e }`, `1:24: "e" must be followed by an exponent`},
		{"a number that runs into a word", `input_dim: 1a`, `1:13: a space is missing between the number and the identifier`},
		{"two decimal points", `layer { loss_weight: 1.2.3 }`, `1:25: a second decimal point, or one behind an exponent`},
		{"a word for a float", `layer { loss_weight: big }`, `1:22: expected a number, found "big"`},
		{"yes for a boolean", `force_backward: yes`, `1:17: field "force_backward" must be true or false, found "yes"`},
		{"2 for a boolean", `force_backward: 2`, `1:17: integer 2 is out of range`},
		{"a minus for a boolean", `force_backward: -1`, `1:17: field "force_backward" must be true or false, found "-"`},
		{"an enum in small letters", `state { phase: test }`, `1:16: unknown value "test" for field "phase" (did you mean "TEST"?)`},
		{"an enum in quotes", `state { phase: "TEST" }`, `1:16: field "phase" takes a bare name such as TRAIN, found the string "TEST"`},
		{"an enum number that is none", `state { phase: 2 }`, `1:16: unknown value "2" for field "phase"`},
		{"an enum for a string", `layer { type: RELU }`, `1:15: expected a string in quotes, found "RELU"`},
		{"a newline in a string", "name: \"a\nb\"", `1:9: a string cannot cross a line boundary`},
		{"a string without end", `name: "a`, `1:9: the string is not closed`},
		{"an unknown escape", `name: "\q"`, `1:9: unknown escape sequence in the string`},
		{"a hex escape without digits", `name: "\x"`, `1:10: \x must be followed by hex digits`},
		{"a short unicode escape", `name: "\u12"`, `1:12: \u must be followed by four hex digits`},
		{"a NUL", "name: \"a\x00\"", `1:9: the string is not closed`},
		{"a control character", "\x01", `1:1: control character 0x01`},
		{"a // comment", `// no`, `1:1: expected a field name, found "/"`},
		{"a letter outside of strings", `é: 1`, `1:1: byte 0xc3 outside of a string or comment`},
		{"a byte order mark", "\xef\xbb\xbfname: 'x'", `1:1: byte order mark: save the file as UTF-8 without one`},
		{"a required field that is absent", `layer { name: "c" clip_param { min: 0 } }`, `1:19: required field "layer.clip_param.max" is missing`},
		{"a tab counts to the next multiple of eight", "\tx: 1", `1:9: unknown field "x" in NetParameter`},
	} {
		_, err := parseText(c.src, netParameter, ir.DefaultLimits)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !errors.Is(err, ir.ErrInvalid) || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestTextFloatsRoundAsProtobufs(t *testing.T) {
	for _, c := range []struct {
		src  string
		want float32
	}{
		{"0.1", 0.1},
		{"16777217", 16777216},
		{"3.4028235e38", math.MaxFloat32},
		{"3.4028235677973366e+38", math.MaxFloat32},
		{"3.4028235677973367e+38", math.MaxFloat32},
		{"3.4028235677973371e+38", float32(math.Inf(1))},
		{"1e-46", 0},
		{"-0.0", float32(math.Copysign(0, -1))},
	} {
		m, err := parseText("layer { loss_weight: "+c.src+" }", netParameter, ir.DefaultLimits)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		if got := m.message("layer").float("loss_weight", 7); math.Float32bits(got) != math.Float32bits(c.want) {
			t.Errorf("%s: %v, want %v", c.src, got, c.want)
		}
	}
}

func TestTextIsLimited(t *testing.T) {
	_, err := parseText("input_dim: ["+strings.Repeat("1,", 100)+"1]", netParameter, ir.Limits{Values: 50})
	if !errors.Is(err, ir.ErrLimit) {
		t.Errorf("101 values of 50: %v", err)
	}
	if _, err := parseText(strings.Repeat("layer {", 1<<20), netParameter, ir.DefaultLimits); err == nil {
		t.Error("a million open brackets were accepted")
	}
}

// The recursion of both parsers is bounded because no message can contain
// itself.
func TestSchemasHaveNoCycles(t *testing.T) {
	var depth func(s *schema, path []string) int
	depth = func(s *schema, path []string) int {
		if len(path) > 10 {
			t.Fatalf("too deep: %v", path)
		}
		deepest := 0
		for _, f := range s.fields {
			if f.message != nil {
				deepest = max(deepest, depth(f.message, append(path, f.name)))
			}
		}
		return deepest + 1
	}
	if d := depth(netParameter, nil); d < 4 {
		t.Errorf("depth %d: the tables are not linked", d)
	}
}

func TestSchemasAreConsistent(t *testing.T) {
	seen := map[*schema]bool{}
	var walk func(s *schema)
	walk = func(s *schema) {
		if seen[s] {
			return
		}
		seen[s] = true
		if len(s.byName) != len(s.fields) || len(s.byNumber) != len(s.fields) {
			t.Errorf("%s: a name or a number is used twice", s.name)
		}
		for _, f := range s.fields {
			if (f.kind == kindMessage) != (f.message != nil) || (f.kind == kindEnum) != (f.enum != nil) {
				t.Errorf("%s.%s: kind and type disagree", s.name, f.name)
			}
			if f.message != nil {
				walk(f.message)
			}
		}
	}
	walk(netParameter)
	if len(seen) < 55 {
		t.Errorf("only %d messages", len(seen))
	}
}
