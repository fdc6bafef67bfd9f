package pipeline

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"lenswatch/client"
	"lenswatch/client/localfile"
	"lenswatch/client/rest"
)

// KindOf is the kind of input that a file is, by the end of its name.
func KindOf(name string) (client.InputKind, bool) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return client.InputCSV, true
	case ".jsonl", ".json", ".txt":
		return client.InputJSONL, true
	case ".mp4":
		return client.InputVideoFile, true
	}
	return 0, false
}

// Describe names an input. Of a camera it names the host alone: its URL may hold a password.
func Describe(in client.Input) string {
	if in.Kind != client.InputRTSP {
		return client.Line1(in.FileID)
	}
	if u, err := url.Parse(in.URL); err == nil && u.Host != "" {
		return "camera at " + client.Line1(u.Hostname())
	}
	return "camera"
}

// mistake is what is wrong with an input; nothing was sent. It wraps [client.ErrRequest], and what the system said of a file.
type mistake struct {
	text  string
	cause error
}

// Error says it.
func (m mistake) Error() string { return m.text }

// Unwrap makes it one that the person has to correct.
func (m mistake) Unwrap() []error { return []error{client.ErrRequest, m.cause} }

// shown is what was typed as a file, without the password of what may be a camera.
func shown(path string) string {
	if MayHoldPassword(path) {
		path = rest.MaskURL(path)
	}
	return client.Line1(path)
}

func mistakef(format string, args ...any) error { return mistake{text: fmt.Sprintf(format, args...)} }

// Camera is the input of a camera's URL. No error quotes the URL, which may hold a password.
func Camera(text string) (client.Input, error) {
	u, err := url.Parse(text)
	problem := ""
	switch {
	case err != nil && strings.Contains(text, "@"):
		problem = "the camera's URL is not valid; special characters in its password must be percent-encoded"
	case err != nil:
		problem = "the camera's URL is not valid"
	case u.Scheme != "rtsp" && u.Scheme != "rtsps":
		problem = "a camera's URL begins with rtsp:// or rtsps://"
	case u.Hostname() == "":
		problem = "the camera's URL names no host"
	case strings.Contains(u.Path+u.RawQuery+u.Fragment, "@") && u.User == nil:
		problem = "special characters in the camera's password must be percent-encoded" // what is before @ would be shown
	}
	if problem != "" {
		return client.Input{}, mistake{text: problem}
	}
	return client.Input{Kind: client.InputRTSP, URL: text}, nil
}

// Open opens a local file to upload, of the kind that its name says; see [OpenAs].
func Open(path string) (*File, *os.File, error) {
	kind, known := KindOf(path)
	if !known {
		return nil, nil, mistakef("the file %s is not a csv, jsonl or mp4 file", shown(path))
	}
	return OpenAs(kind, path)
}

// OpenAs opens a local file of a kind; the caller closes it. What is wrong with it wraps [client.ErrRequest]: it cannot be
// read, is empty, or should be csv or jsonl and the first MiB of it is not.
func OpenAs(kind client.InputKind, path string) (*File, *os.File, error) {
	refuse := func(why string) error { return mistakef("the file %s %s", shown(path), why) }
	f, err := localfile.Open(path)
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	info, err := f.Stat()
	var head []byte
	if err == nil {
		head, err = io.ReadAll(io.LimitReader(f, maxChecked))
	}
	switch whole := int64(len(head)) >= info.Size(); {
	case err != nil:
		err = unreadable(path, err)
	case len(bytes.TrimSpace(head)) == 0:
		err = refuse("is empty")
	case kind == client.InputVideoFile:
	case !isText(head):
		err = refuse("is not text, as csv and jsonl are")
	default:
		if wrong := check(kind, head, whole); errors.Is(wrong, errNoRows) {
			err = refuse(wrong.Error())
		} else if wrong != nil {
			err = mistakef("the file %s is not valid %v: %v", shown(path), kind, wrong)
		}
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return &File{Name: filepath.Base(path), Size: info.Size(), Content: io.MultiReader(bytes.NewReader(head), f)}, f, nil
}

// unreadable is why a file cannot be read, in plain words.
func unreadable(path string, err error) error {
	why := "cannot be read: " + err.Error()
	var system *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = "does not exist"
	case errors.As(err, &system):
		why = "cannot be read: " + system.Err.Error()
	}
	return mistake{"the file " + shown(path) + " " + why, err}
}

// isText reports whether the start of a file is text in an encoding that has no zero bytes: UTF-8, Latin-1 and the like.
func isText(head []byte) bool {
	return bytes.IndexByte(head, 0) < 0 && strings.HasPrefix(http.DetectContentType(head), "text/")
}

// Reads is the kind of file that a lens reads, as far as its input streams and processors say so, and the word of these
// that says it.
func Reads(l client.Lens) (kind client.InputKind, because string, known bool) {
	for _, name := range slices.Concat(l.Inputs, l.Processors) {
		for _, r := range readers {
			if strings.Contains(name, r.part) {
				return r.kind, client.Line1(name), true
			}
		}
	}
	return 0, "", false
}

// readers are parts of the names of input streams and processors. The documents name the streams as readers of these files;
// the vendor's examples give csv to the processors of time series.
var readers = []struct {
	part string
	kind client.InputKind
}{
	{"video", client.InputVideoFile}, {"csv", client.InputCSV}, {"jsonl", client.InputJSONL},
	{"camera_processor", client.InputVideoFile}, {"timeseries", client.InputCSV},
}

// Fits says that a lens reads another kind of input than the plan has, as far as it is known what it reads; nil if it may
// read this one.
func (p Plan) Fits(l client.Lens) error {
	var in client.Input
	switch {
	case p.File != nil:
		in.FileID = p.File.Name
		in.Kind, _ = KindOf(p.File.Name)
	case p.Input != nil:
		in = *p.Input
	default:
		return nil
	}
	reads, because, known := Reads(l)
	if !known || in.Kind == reads || in.Kind == client.InputRTSP && reads == client.InputVideoFile {
		return nil
	}
	return mistakef("the input %s is %v, and %s reads %v (%s)", Describe(in), in.Kind, client.Line1(cmp.Or(l.Name, l.ID)), reads, because)
}

// secretName is what stands before a password in the path or the query of a camera's URL.
var secretName = regexp.MustCompile(`(?i)(pass|pwd|psw|token|secret|auth|key)[a-z]*[=:]`)

// MayHoldPassword reports whether a text is a camera's URL, or part of one, with what may be a password in it.
func MayHoldPassword(text string) bool {
	scheme, rest, isURL := strings.Cut(text, "://")
	if !isURL {
		rest = text
	}
	user, _, found := strings.Cut(rest, "@")
	camera := isURL && strings.HasPrefix(strings.ToLower(scheme), "rt")
	return found && (camera || strings.Contains(user, ":")) || camera && secretName.MatchString(rest)
}
