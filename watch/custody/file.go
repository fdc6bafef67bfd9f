package custody

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lenswatch/client/localfile"
	"lenswatch/watch/atomicfile"
)

// version is the format that is written. A file of a newer one is neither used nor touched.
const version = 1

// maxFile bounds what is read. An entry takes some hundred bytes.
const maxFile = 16 << 20

// header is the first line of the file.
type header struct {
	Version int `json:"lenswatch_custody"`
	Entries int `json:"entries"`
}

// damaged says that the file holds less than was written.
type damaged struct {
	path    string
	savedAs string // where the damaged file went; empty if it was not moved
	read    int
}

func (d damaged) Error() string {
	where := d.path
	if d.savedAs != "" {
		where = d.savedAs
	}
	return fmt.Sprintf("the ledger is damaged: %d of its entries were readable (saved as %s); check the open sessions for others of yours", d.read, where)
}

func (d damaged) Unwrap() error { return ErrLedger }

// read reads the file; none is no entries. With an error of type damaged the entries are what could
// be read.
func read(path string) ([]Entry, error) {
	f, err := localfile.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil {
		err = localfile.Own(path, info) // it says what may be destroyed
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	return decode(path, data)
}

func decode(path string, data []byte) (entries []Entry, err error) {
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxFile)
	var h header
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &h) != nil || h.Version < 1 {
		return nil, damaged{path: path}
	}
	if h.Version > version {
		return nil, fmt.Errorf("%w: %s was written by a newer lenswatch; use that version, or move the file away", ErrLedger, path)
	}
	for lines.Scan() {
		var e Entry
		if json.Unmarshal(lines.Bytes(), &e) == nil && e.Run.ID != "" {
			entries = append(entries, e)
		}
	}
	if len(entries) != h.Entries {
		return entries, damaged{path: path, read: len(entries)}
	}
	return entries, nil
}

func encode(entries []Entry) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	err := enc.Encode(header{version, len(entries)})
	for _, e := range entries {
		err = errors.Join(err, enc.Encode(e))
	}
	return b.Bytes(), err
}

// write replaces the file. It is called with the ledger's lock held, so that a temporary file found
// next to it is the rest of a writer that was killed.
func write(path string, entries []Entry) error {
	data, err := encode(entries)
	if err != nil {
		return err
	}
	rest, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"*")) // the pattern is well-formed
	for _, name := range rest {
		_ = os.Remove(name) // it is in nobody's way
	}
	return atomicfile.Write(path, data)
}

// setAside keeps a damaged file under another name.
func setAside(path string, d damaged) damaged {
	for i := 1; i <= maxAside; i++ {
		name := fmt.Sprintf("%s.damaged-%d", path, i)
		if _, err := os.Lstat(name); i < maxAside && err == nil {
			continue
		}
		if os.Rename(path, name) == nil {
			d.savedAs = name
		}
		break
	}
	return d
}

// maxAside is how many damaged files are retained. The last is overwritten.
const maxAside = 9
