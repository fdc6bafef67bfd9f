package jsontree

import (
	"fmt"
	"strings"

	"lenswatch/ui/draw"
)

// maxDump is how many bytes of a payload can be seen in hexadecimal.
const maxDump = 1 << 20

// dumpWidth is how many bytes are in a row of w cells.
func dumpWidth(w int) int {
	for _, n := range []int{32, 16, 8, 4, 2} {
		if 4*n+9 <= w {
			return n
		}
	}
	return 1
}

// DumpLen is how many rows the bytes take, with one for what is not shown.
func DumpLen(raw []byte, w int) int {
	each := dumpWidth(w)
	rows := (min(len(raw), maxDump) + each - 1) / each
	if len(raw) > maxDump {
		rows++
	}
	return rows
}

// DumpRow is a row of bytes: where they are, in hexadecimal with control characters marked, and
// as ASCII with a dot for what is not printable.
func DumpRow(c *draw.Context, raw []byte, i, w int) string {
	each := dumpWidth(w)
	from := i * each
	if from >= maxDump {
		return c.Dim.Render(c.Glyphs.Ellipsis + " and " + draw.Counted(len(raw)-maxDump, "byte") + " more")
	}
	var hex, ascii strings.Builder
	for _, b := range raw[from:min(from+each, len(raw))] {
		text := fmt.Sprintf("%02x", b)
		switch {
		case b < ' ' || b == 0x7f:
			hex.WriteString(c.Warn.Render(text) + " ")
			ascii.WriteByte('.')
		case b > 0x7f:
			hex.WriteString(text + " ")
			ascii.WriteByte('.')
		default:
			hex.WriteString(text + " ")
			ascii.WriteByte(b)
		}
	}
	return c.Dim.Render(fmt.Sprintf("%06x  ", from)) + draw.Pad(hex.String(), 3*each+1) + ascii.String()
}
