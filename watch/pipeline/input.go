package pipeline

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"lenswatch/client"
	"lenswatch/client/localfile"
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
		return client.Input{}, &client.Error{Op: "set input", Kind: client.ErrRequest, Message: problem}
	}
	return client.Input{Kind: client.InputRTSP, URL: text}, nil
}

// Open opens a local file to upload; the caller closes it. A file that is no input, is empty, or is called csv or jsonl
// and holds no text, is [client.ErrRequest].
func Open(path string) (*File, *os.File, error) {
	refuse := func(why string) error {
		return &client.Error{Op: "set input", Kind: client.ErrRequest, Message: client.Line1(path) + why}
	}
	kind, known := KindOf(path)
	if !known {
		return nil, nil, refuse(" is not a csv, jsonl or mp4 file")
	}
	f, err := localfile.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	head := make([]byte, 4<<10)
	if err == nil {
		var n int
		n, err = io.ReadFull(f, head)
		if head = head[:n]; errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil
		}
	}
	switch {
	case err != nil:
	case len(bytes.TrimSpace(head)) == 0:
		err = refuse(" is empty")
	case kind != client.InputVideoFile && !isText(head):
		err = refuse(" is not text, as csv and jsonl are")
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return &File{Name: filepath.Base(path), Size: info.Size(), Content: io.MultiReader(bytes.NewReader(head), f)}, f, nil
}

// isText reports whether the start of a file is text in an encoding that has no zero bytes: UTF-8, Latin-1 and the like.
func isText(head []byte) bool {
	return bytes.IndexByte(head, 0) < 0 && strings.HasPrefix(http.DetectContentType(head), "text/")
}
