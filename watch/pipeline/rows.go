package pipeline

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"lenswatch/client"
	"lenswatch/client/units"
)

// byteOrderMark is what spreadsheets write before the first row.
const byteOrderMark = "\ufeff"

// maxRow is the longest row that is read, in bytes.
const maxRow = 1 << 20

// Rows reads what a file of rows holds, one JSON value for each; the end is [io.EOF]. Errors name the line. Of csv the first
// row has the names of the columns, and numbers stay numbers. Empty lines are passed over.
func Rows(kind client.InputKind, r io.Reader) (next func() ([]byte, error)) {
	if kind == client.InputCSV {
		return csvRows(r)
	}
	return jsonRows(r)
}

func jsonRows(r io.Reader) func() ([]byte, error) {
	lines, n := bufio.NewScanner(r), 0
	lines.Buffer(nil, maxRow)
	return func() ([]byte, error) {
		for lines.Scan() {
			row := lines.Bytes()
			if n++; len(bytes.TrimSpace(row)) == 0 {
				continue
			}
			if !json.Valid(row) {
				return nil, fmt.Errorf("line %d is not a JSON value", n)
			}
			return row, nil
		}
		switch err := lines.Err(); {
		case errors.Is(err, bufio.ErrTooLong):
			return nil, fmt.Errorf("line %d is longer than %s", n+1, units.Size(maxRow))
		case err != nil:
			return nil, err
		}
		return nil, io.EOF
	}
}

func csvRows(r io.Reader) func() ([]byte, error) {
	buffered := bufio.NewReader(r)
	if mark, _ := buffered.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = buffered.Discard(len(byteOrderMark)) // it was read already
	}
	rows := csv.NewReader(buffered)
	rows.Comma = delimiter(buffered)
	var names []string
	read := func() ([]string, error) {
		cells, err := rows.Read()
		if all := strings.Join(cells, ""); err == nil && (!utf8.ValidString(all) || strings.ContainsRune(all, 0)) {
			return nil, errors.New("not text in UTF-8")
		}
		return cells, plainly(err, cells, names)
	}
	return func() (row []byte, err error) {
		if names == nil {
			if names, err = read(); err != nil {
				return nil, err
			}
		}
		cells, err := read()
		if err != nil {
			return nil, err
		}
		object := make(map[string]any, len(cells))
		for i, cell := range cells {
			object[names[i]] = cell
			if _, err := strconv.ParseFloat(cell, 64); err == nil && json.Valid([]byte(cell)) {
				object[names[i]] = json.Number(cell)
			}
		}
		return json.Marshal(object)
	}
}

// delimiter is what separates the cells of a csv file: of those that are in use, the one that its first line has most of.
func delimiter(r *bufio.Reader) (best rune) {
	head, _ := r.Peek(r.Size()) // a short file is no error
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best = ','
	for _, d := range ";\t|" {
		if bytes.Count(line, []byte(string(d))) > bytes.Count(line, []byte(string(best))) {
			best = d
		}
	}
	return best
}

// plainly says what is wrong with a row of csv.
func plainly(err error, cells, names []string) error {
	var wrong *csv.ParseError
	switch {
	case !errors.As(err, &wrong):
		return err
	case errors.Is(err, csv.ErrFieldCount):
		return fmt.Errorf("line %d has %s, the first line has %d", wrong.Line, units.Plural(int64(len(cells)), "column"), len(names))
	}
	return fmt.Errorf("line %d has a quotation mark out of place", wrong.StartLine)
}

var errNoRows = errors.New("has no rows")

// maxChecked is how much of a file is looked at before it is uploaded, in bytes: the person waits for it.
const maxChecked = 1 << 20

// check says what is wrong with the start of a file of rows; whole says that it is all of the file.
func check(kind client.InputKind, head []byte, whole bool) error {
	if !whole {
		head = head[:bytes.LastIndexByte(head, '\n')+1] // the last line was cut
	}
	next := Rows(kind, bytes.NewReader(bytes.ToValidUTF8(head, []byte("?")))) // other encodings are not lenswatch's to judge
	for n := 0; ; n++ {
		switch _, err := next(); {
		case errors.Is(err, io.EOF) && n == 0 && whole:
			return errNoRows
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !whole && n > 0 && strings.HasSuffix(err.Error(), "out of place"):
			return nil // a cell of several lines was cut
		case err != nil:
			return err
		}
	}
}
