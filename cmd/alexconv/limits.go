package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/ir"
)

// limitFlag is --limit, which may be given several times: NAME=N,...
type limitFlag struct{ limits ir.Limits }

// Set reads pairs such as elements=1e9.
func (f *limitFlag) Set(text string) error {
	for pair := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(pair, "=")
		n, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil || n != math.Trunc(n) || n >= math.MaxInt64 {
			return fmt.Errorf("%q: want NAME=N with a whole number, such as elements=1e9", pair)
		}
		if err := f.limits.Set(ir.Limit(name), int64(n)); err != nil {
			return err
		}
	}
	return nil
}

// limitsOf are those that a command's --limit gives; without the flag there are
// none but the defaults.
func limitsOf(c *cobra.Command) ir.Limits {
	if flag := c.Flags().Lookup("limit"); flag != nil {
		return flag.Value.(*limitFlag).limits
	}
	return ir.Limits{}
}

// String is empty: the defaults stand in the help.
func (f *limitFlag) String() string { return "" }

// Type is what the help calls the value.
func (f *limitFlag) Type() string { return "NAME=N" }

// withFlag adds to an error about a limit the flag that raises it.
func withFlag(err error) string {
	var limit *ir.LimitError
	if errors.As(err, &limit) {
		return fmt.Sprintf("%v; --limit %s=N raises it", err, limit.Limit)
	}
	return err.Error()
}
