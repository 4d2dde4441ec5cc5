package runner

import (
	"fmt"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Command is a program and its arguments, which may contain placeholders.
type Command struct{ words []string }

// Parse splits a command line into words as a POSIX shell does, without running
// one: at spaces, tabs and newlines, except within quotes. Single quotes keep
// everything, double quotes everything but a backslash before a double quote, a
// backslash, a dollar sign or a backquote; outside quotes a backslash keeps the
// next character. Variables, patterns, pipes and redirections are ordinary text.
//
// {inputs} and {outputs} must occur.
func Parse(line string) (Command, error) {
	words, err := split(line)
	if err != nil {
		return Command{}, ir.Errorf(ir.ErrInvalid, "runner %q: %w", line, err)
	}
	if len(words) == 0 {
		return Command{}, ir.Errorf(ir.ErrInvalid, "runner %q: there is no program", line)
	}
	for _, placeholder := range []string{"{inputs}", "{outputs}"} {
		if !strings.Contains(line, placeholder) {
			return Command{}, ir.Errorf(ir.ErrInvalid, "runner %q: there is no %s (want 'PROGRAM {model} {inputs} {outputs}')", line, placeholder)
		}
	}
	return Command{words}, nil
}

// Program is the command line up to its first placeholder, to call the program
// by.
func (c Command) Program() string {
	end := 1
	for end < len(c.words) && !strings.Contains(c.words[end], "{") {
		end++
	}
	return strings.Join(c.words[:end], " ")
}

func split(line string) ([]string, error) {
	var (
		words  []string
		word   strings.Builder
		begun  bool // a word, which may be empty in quotes
		quote  rune
		opened int
	)
	text := []rune(line)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && quote != '\'':
			if i++; i == len(text) {
				return nil, fmt.Errorf("nothing follows the last backslash")
			}
			if quote == '"' && !strings.ContainsRune("\"\\$`", text[i]) {
				word.WriteRune(c)
			}
			word.WriteRune(text[i])
			begun = true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			quote, begun, opened = c, true, i
		case c == ' ' || c == '\t' || c == '\n':
			if begun {
				words, begun = append(words, word.String()), false
				word.Reset()
			}
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("the quote at character %d has no end", opened+1)
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}

// Check refuses a model that lacks the parts that placeholders ask for.
func (c Command) Check(model string) error {
	if strings.Contains(model, "+") {
		return nil
	}
	for _, word := range c.words {
		if strings.Contains(word, "{topology}") || strings.Contains(word, "{weights}") {
			return ir.Errorf(ir.ErrInvalid, "runner: {topology} and {weights} need a model that is TOPOLOGY+WEIGHTS, it is %s", model)
		}
	}
	return nil
}

// filled are the words with placeholders replaced, each within its word, so that
// a path with spaces stays one argument.
func (c Command) filled(model, inputs, outputs string) []string {
	topology, weights, _ := strings.Cut(model, "+")
	replacer := strings.NewReplacer("{model}", model, "{topology}", topology, "{weights}", weights, "{inputs}", inputs, "{outputs}", outputs)
	words := make([]string, len(c.words))
	for i, word := range c.words {
		words[i] = replacer.Replace(word)
	}
	return words
}
