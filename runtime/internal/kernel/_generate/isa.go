package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is a vector instruction set of amd64. Vector registers are assigned by
// hand: avo's allocator gives registers above 15 to instructions that have no
// encoding for them.
type isa struct {
	name  string
	width int // float32 lanes
	regs  int
}

var (
	avx2   = isa{"AVX2", 8, 16}
	avx512 = isa{"AVX512", 16, 32}
)

// bytes is the size of one vector.
func (s isa) bytes() int { return 4 * s.width }

// vec is the full-width register of the given number.
func (s isa) vec(i int) reg.VecPhysical {
	if s.width == 16 {
		return zmm[i]
	}
	return ymm[i]
}

// zero clears a register.
func (s isa) zero(c *build.Context, r reg.VecPhysical) {
	if s.width == 16 {
		c.VPXORD(r, r, r)
	} else {
		c.VXORPS(r, r, r)
	}
}

// rectify applies max(x, 0) + 0*min(x, 0), by Caffe's rule: a NaN and a zero of
// either sign stay, minus infinity becomes NaN. MIN and MAX give their second
// source, x, where the sources are equal or do not compare. Both zero, which
// holds zeros, and t are other registers.
func (s isa) rectify(c *build.Context, x, zero, t reg.VecPhysical) {
	c.VMINPS(x, zero, t)
	c.VMAXPS(x, zero, x)
	c.VFMADD231PS(t, zero, x)
}

// affine applies the four constants of a kernel.Affine.
func (s isa) affine(c *build.Context, x reg.VecPhysical, constants [4]reg.VecPhysical) {
	c.VFMADD213PS(constants[1], constants[0], x)
	c.VFMADD213PS(constants[3], constants[2], x)
}

// end returns from a function that has used vector registers.
func end(c *build.Context) {
	c.VZEROUPPER()
	c.RET()
}

// load puts a parameter into a fresh general register.
func load(c *build.Context, name string) reg.GPVirtual {
	r := c.GP64()
	c.Load(c.Param(name), r)
	return r
}

// param is a parameter where the caller put it.
func param(c *build.Context, name string) operand.Mem {
	p, err := c.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

// at is the memory disp bytes behind base.
func at(base reg.Register, disp int) operand.Mem { return operand.Mem{Base: base, Disp: disp} }

// indexed is the memory at base plus scale times index, scale 0 meaning no
// index.
func indexed(base, index reg.Register, scale, disp int) operand.Mem {
	if scale == 0 {
		return at(base, disp)
	}
	return operand.Mem{Base: base, Index: index, Scale: uint8(scale), Disp: disp}
}

// strided addresses rows at equal distances from a base without a register per
// row: base + row*stride for rows 0 to 4, from further bases for the next
// fives.
type strided struct {
	bases         []reg.GPVirtual
	stride, three reg.GPVirtual
}

// newStrided keeps the stride, in bytes, and makes room for bases.
func newStrided(c *build.Context, rows int, stride reg.GPVirtual) strided {
	s := strided{stride: stride}
	for i := 0; i < rows; i += 5 {
		s.bases = append(s.bases, c.GP64())
	}
	if rows > 3 {
		s.three = c.GP64()
		c.LEAQ(indexed(stride, stride, 2, 0), s.three)
	}
	return s
}

// start sets the bases from the address of row 0.
func (s strided) start(c *build.Context, origin reg.Register) {
	c.MOVQ(origin, s.bases[0])
	for i := 1; i < len(s.bases); i++ {
		c.LEAQ(indexed(s.bases[i-1], s.stride, 4, 0), s.bases[i])
		c.ADDQ(s.stride, s.bases[i])
	}
}

// row is the memory of one row at the current position.
func (s strided) row(i int) operand.Mem {
	base := s.bases[i/5]
	switch i % 5 {
	case 1:
		return indexed(base, s.stride, 1, 0)
	case 2:
		return indexed(base, s.stride, 2, 0)
	case 3:
		return indexed(base, s.three, 1, 0)
	case 4:
		return indexed(base, s.stride, 4, 0)
	}
	return at(base, 0)
}

// advance moves every row on by n bytes.
func (s strided) advance(c *build.Context, n int) {
	for _, b := range s.bases {
		c.ADDQ(operand.U32(n), b)
	}
}

// loop emits body while the counter, at least 1 on entry, counts down to 0.
func loop(c *build.Context, label string, counter reg.Register, body func()) {
	c.Label(label)
	body()
	c.DECQ(counter)
	c.JNZ(operand.LabelRef(label))
}

// begin opens a function that neither grows the stack nor keeps pointers.
func begin(c *build.Context, name, params string) {
	c.Function(name)
	c.Attributes(4) // NOSPLIT
	c.SignatureExpr(fmt.Sprintf("func(%s)", params))
}

var (
	xmm = []reg.VecPhysical{
		reg.X0, reg.X1, reg.X2, reg.X3, reg.X4, reg.X5, reg.X6, reg.X7, reg.X8, reg.X9, reg.X10, reg.X11, reg.X12, reg.X13, reg.X14, reg.X15,
		reg.X16, reg.X17, reg.X18, reg.X19, reg.X20, reg.X21, reg.X22, reg.X23, reg.X24, reg.X25, reg.X26, reg.X27, reg.X28, reg.X29, reg.X30, reg.X31,
	}
	ymm = []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
		reg.Y16, reg.Y17, reg.Y18, reg.Y19, reg.Y20, reg.Y21, reg.Y22, reg.Y23, reg.Y24, reg.Y25, reg.Y26, reg.Y27, reg.Y28, reg.Y29, reg.Y30, reg.Y31,
	}
	zmm = []reg.VecPhysical{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	}
)
