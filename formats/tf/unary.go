package tf

import "github.com/alexconv/alexconv/ir"

func readAbs(c *call)      { c.emitSame(&ir.Abs{}, c.any(0)) }
func readElu(c *call)      { c.emitSame(&ir.ELU{Alpha: 1}, c.any(0)) }
func readSoftplus(c *call) { c.emitSame(&ir.Softplus{}, c.any(0)) }
func readExp(c *call)      { c.emitSame(&ir.Exp{Scale: 1}, c.any(0)) }
func readLog(c *call)      { c.emitSame(&ir.Log{Scale: 1}, c.any(0)) }

func writeAbs(l *lowering, _ *ir.Abs) error {
	l.result("Abs", l.inputs)
	return nil
}

func writeELU(l *lowering, o *ir.ELU) error {
	if o.Alpha != 1 {
		return l.unsupported("TensorFlow's Elu has an alpha of 1, this is %v", o.Alpha)
	}
	l.result("Elu", l.inputs)
	return nil
}

func writeSoftplus(l *lowering, _ *ir.Softplus) error {
	l.result("Softplus", l.inputs)
	return nil
}

func writeExp(l *lowering, o *ir.Exp) error {
	if inner, outer := o.Factors(); inner != 1 || outer != 1 {
		return l.unsupported("TensorFlow's form of an exponential with factors is not supported")
	}
	l.result("Exp", l.inputs)
	return nil
}

func writeLog(l *lowering, o *ir.Log) error {
	if o.Scale != 1 || o.Shift != 0 || o.Factor() != 1 {
		return l.unsupported("TensorFlow's form of a logarithm with factors or a shift is not supported")
	}
	l.result("Log", l.inputs)
	return nil
}
