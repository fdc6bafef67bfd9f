package ui

import (
	"fmt"
	"strings"

	"lenswatch/theme"
)

// maxHexBytes is how many bytes of a payload can be seen in hexadecimal.
const maxHexBytes = 1 << 20

// hexWidth is how many bytes stand in a row of w cells.
func hexWidth(w int) int {
	for _, n := range []int{32, 16, 8, 4, 2} {
		if 4*n+9 <= w {
			return n
		}
	}
	return 1
}

// hexRows is how many rows the bytes take, with one for what is not shown.
func hexRows(raw []byte, w int) int {
	each := hexWidth(w)
	rows := (min(len(raw), maxHexBytes) + each - 1) / each
	if len(raw) > maxHexBytes {
		rows++
	}
	return rows
}

// hexRow is a row of bytes: where they stand, in hexadecimal with control characters marked, and
// as ASCII with a dot for what is not printable.
func hexRow(th theme.Theme, raw []byte, i, w int) string {
	each := hexWidth(w)
	from := i * each
	if from >= maxHexBytes {
		return th.Dim.Render(th.Glyphs.Ellipsis + " and " + counted(int64(len(raw)-maxHexBytes), "byte") + " more")
	}
	var hex, ascii strings.Builder
	for _, c := range raw[from:min(from+each, len(raw))] {
		text := fmt.Sprintf("%02x", c)
		switch {
		case c < ' ' || c == 0x7f:
			hex.WriteString(th.Warn.Render(text) + " ")
			ascii.WriteByte('.')
		case c > 0x7f:
			hex.WriteString(text + " ")
			ascii.WriteByte('.')
		default:
			hex.WriteString(text + " ")
			ascii.WriteByte(c)
		}
	}
	return th.Dim.Render(fmt.Sprintf("%06x  ", from)) + fit(hex.String(), 3*each+1, "") + ascii.String()
}
