package hostile

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
)

// npyFile is a .npy file of format 1.0.
func npyFile(header string, content []byte) []byte {
	b := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(header)))
	return slices.Concat(b, []byte(header), content)
}

func npyHeader(descr, shape string) string {
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", descr, shape)
}

func npyArray(shape string, content []byte) []byte { return npyFile(npyHeader("<f4", shape), content) }

// pickled is a .npy file of one object.
func pickled(pickle string) []byte { return npyFile(npyHeader("|O", "()"), []byte(pickle)) }

func npyCases() []Case {
	w := func(name string, content []byte, says string) Case { return weighs(name, "w.npy", content, says) }
	long := binary.LittleEndian.AppendUint32([]byte("\x93NUMPY\x02\x00"), 1<<31)
	whole := npyArray("(2,)", floats(2))
	cases := []Case{
		w("an unknown version", []byte("\x93NUMPY\x09\x00"), `: npy header: format version 9\.0 is unknown`),
		w("a header that announces 2 GiB", long, `: npy header: length 2147483648, but only 0 bytes remain`),
		w("a header that runs a program", npyFile("__import__('os').system('id')\n", nil), `: npy header, byte 10: found '_' where '\{' is expected`),
		w("a header of brackets", npyFile(strings.Repeat("(", 60_000), nil), `: npy header, byte 10: found '\(' where '\{' is expected`),
		w("a plain array for weights", whole, `: npy: an array of dtype <f4 and shape 2 is not a dict of weights`),
		w("a header whose product overflows", npyArray("(4294967296, 4294967296)", nil), `: npy header, byte 61: an extent of the shape is not a number from 0 to 2147483647`),
		w("a structured type", npyFile("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n", floats(1)), `: npy header, byte 20: a structured dtype is not supported: save a plain numeric array`),
	}
	return append(cases, cuts(weighs, "w.npy", whole, []int{6, 7, 8, 9, 10, 11, len(whole) - 1}, `: npy.*`)...)
}

func pickleCases() []Case {
	p := func(name, pickle, says string) Case {
		return weighs(name, "w.npy", pickled(pickle), `: npy: pickle, byte \d+: `+says)
	}
	const refused = ` is refused: arrays of weights do not need it`
	whole := "\x80\x02}q\x00U\x02ipq\x01}q\x02U\x07weightsq\x03cnumpy.core.multiarray\n_reconstruct\nq\x04."
	cases := []Case{
		p("GLOBAL os.system", "cos\nsystem\n(S'echo'\ntR.", `the pickle names "os\.system", which does not build an array: refused \(it could run code\)`),
		p("GLOBAL builtins.eval", "cbuiltins\neval\n(S'1'\ntR.", `the pickle names "builtins\.eval", which does not build an array: refused \(it could run code\)`),
		p("GLOBAL numpy.load", "cnumpy\nload\n(S'x'\ntR.", `the pickle names "numpy\.load", which does not build an array: refused \(it could run code\)`),
		p("GLOBAL posix.system under protocol 2", "\x80\x02cposix\nsystem\n\x85R.", `the pickle names "posix\.system", which does not build an array: refused \(it could run code\)`),
		p("STACK_GLOBAL os.system", "\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.", `the pickle names "os\.system", which does not build an array: refused \(it could run code\)`),
		p("STACK_GLOBAL of no strings", "\x80\x04NN\x93.", `None is not text`),
		p("INST os.system", "(S'id'\nios\nsystem\n.", `opcode INST`+refused),
		p("OBJ", "(cos\nsystem\no.", `the pickle names "os\.system", which does not build an array: refused \(it could run code\)`),
		p("NEWOBJ", "]\x81.", `opcode NEWOBJ`+refused),
		p("NEWOBJ_EX", "]]]\x92.", `opcode NEWOBJ_EX`+refused),
		p("BUILD of an object with code", "]}b.", `the state of a list is a dict, not a tuple`),
		p("PERSID", "Px\n.", `opcode PERSID`+refused),
		p("BINPERSID", "]Q.", `opcode BINPERSID`+refused),
		p("EXT1", "\x82\x01.", `opcode EXT1`+refused),
		p("EXT4", "\x84\x01\x00\x00\x00.", `opcode EXT4`+refused),
		p("REDUCE of no function", "]]R.", `a list is called`),
		p("BINUNICODE8 that announces 2^63 bytes", "\x80\x04\x8d\x00\x00\x00\x00\x00\x00\x00\x80.", `9223372036854775808 bytes are needed, 1 remain`),
		p("BINBYTES8 that announces 2^40 bytes", "\x80\x04\x8e\x00\x00\x00\x00\x00\x01\x00\x00.", `1099511627776 bytes are needed, 1 remain`),
		p("LONG4 of two gigabytes", "\x80\x02\x8b\xff\xff\xff\x7f.", `2147483647 bytes are needed, 1 remain`),
		p("a frame longer than the file", "\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f.", `a frame of 9223372036854775807 bytes, but 1 remain`),
		p("a memo that was never written", "h\x63.", `nothing is memoized as 99`),
		p("APPEND to nothing", "a.", `1 objects are needed on the stack, 0 are there`),
		p("a million marks", strings.Repeat("(", 1<<20), `operations of the pickle: 262145, the limit is 262144; --limit values=N raises it`),
		p("lists within lists", strings.Repeat("]", 1<<18)+strings.Repeat("a", 1<<18)+".", `operations of the pickle: 262145, the limit is 262144; --limit values=N raises it`),
		p("an unknown opcode", "\xff.", `0xff is not an opcode`),
		p("a protocol from the future", "\x80\x09N.", `pickle protocol 9 is unknown`),
		weighs("a dict that holds itself", "w.npy", pickled("}q\x00U\x02iph\x00s."), `: npy: the pickle holds a dict, not an array of one object`),
	}
	return append(cases, cuts(func(name, file string, content []byte, says string) Case {
		return weighs(name, file, pickled(string(content)), says)
	}, "w.npy", []byte(whole), []int{1, 2, 3, 5, 9, 12, 24, 40}, `: npy: pickle, byte \d+: .*`)...)
}

// archiveEntry is a file of a zip archive with a header of its own.
type archiveEntry struct {
	header  zip.FileHeader
	content []byte
}

func storedEntry(name string, content []byte) archiveEntry {
	size := uint64(len(content))
	return archiveEntry{zip.FileHeader{Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(content), CompressedSize64: size, UncompressedSize64: size}, content}
}

// inflating is an entry that is n zero bytes behind the head.
func inflating(name string, head []byte, n int) archiveEntry {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err) // the level is right
	}
	sum := crc32.NewIEEE()
	zeros := make([]byte, 1<<20)
	write := func(part []byte) {
		sum.Write(part)
		if _, err := w.Write(part); err != nil {
			panic(err) // memory takes it
		}
	}
	write(head)
	for left := n; left > 0; left -= len(zeros) {
		write(zeros[:min(left, len(zeros))])
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return archiveEntry{zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(b.Len()), UncompressedSize64: uint64(len(head) + n)}, b.Bytes()}
}

func archive(entries ...archiveEntry) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateRaw(&e.header)
		if err == nil {
			_, err = w.Write(e.content)
		}
		if err != nil {
			panic(err) // memory takes it
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func npzCases() []Case {
	z := func(name string, content []byte, says string) Case { return weighs(name, "w.npz", content, says) }
	array := npyArray("(2,)", floats(2))
	bomb := inflating("ip/0.npy", []byte(npyHeader("|u1", "(1,)")), 256<<20)
	lying := inflating("ip/0.npy", array, 1<<20)
	lying.header.UncompressedSize64 = 1 << 50
	short := inflating("ip/0.npy", array, 1<<20)
	short.header.UncompressedSize64 = uint64(len(array))
	damaged := storedEntry("ip/0.npy", array)
	damaged.header.CRC32++
	encrypted := storedEntry("ip/0.npy", array)
	encrypted.header.Flags |= 1
	bzip := storedEntry("ip/0.npy", array)
	bzip.header.Method = 12
	whole := archive(storedEntry("ip/0.npy", npyArray("(2, 3)", floats(6))), storedEntry("ip/1.npy", array))
	many := make([]archiveEntry, 70_000)
	for i := range many {
		many[i] = storedEntry(fmt.Sprint(i, ".npy"), nil)
	}
	cases := []Case{
		z("an entry that inflates a thousandfold", archive(bomb), `: npz: bytes that the archive inflates to: 268435\d+, the limit is \d+; --limit expansion=N raises it`),
		z("an archive in an archive", archive(storedEntry("ip/0.npy", archive(bomb))), `: npz: entry "ip/0\.npy": not a \.npy file: the magic bytes are missing`),
		z("an entry that announces a petabyte", archive(lying), `: npz: entry "ip/0\.npy": it is too short to inflate to 1125899906842624 bytes`),
		z("an entry longer than it says", archive(short), `: npz: entry "ip/0\.npy": it inflates to more than the \d+ bytes announced`),
		z("an entry with another checksum", archive(damaged), `: npz: entry "ip/0\.npy": zip: checksum error`),
		z("an encrypted entry", archive(encrypted), `: npz: entry "ip/0\.npy": it is encrypted`),
		z("another compression", archive(bzip), `: npz: entry "ip/0\.npy": compression method 12 is not supported: use stored or deflated`),
		z("an entry twice", archive(storedEntry("ip/0.npy", array), storedEntry("ip/0.npy", array)), `: npz: entry "ip/0\.npy" is there twice`),
		z("an entry that is a program", archive(storedEntry("setup.py", []byte("import os"))), `: npz: entry "setup\.py" is not an array: its name does not end in \.npy`),
		z("an entry in a parent folder", archive(storedEntry("../../ip/0.npy", array)), `: layer "ip": the weights file has no entry for it; it has "\.\./\.\./ip"`),
		z("pickled objects", archive(storedEntry("ip/0.npy", pickled("cos\nsystem\n."))), `: npz: entry "ip/0\.npy": an array of Python objects is not supported in an \.npz`),
		z("seventy thousand entries", archive(many...), `: npz: entries of the archive: 70000, the limit is 65536; --limit tensors=N raises it`),
	}
	return append(cases, cuts(weighs, "w.npz", whole, []int{4, 30, 120, len(whole) - 80, len(whole) - 22, len(whole) - 1}, `: npz: .*`)...)
}
