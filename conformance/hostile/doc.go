// Package hostile builds files that nobody should be able to hurt alexconv with:
// cut short, announcing lengths that they do not have, nested without end,
// inflating without end, naming programs to run or places to write. Each comes
// with the command line that reads it and the one line that must answer.
package hostile
