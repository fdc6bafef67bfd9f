package archetype

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"lenswatch/client"
	"lenswatch/client/rest"
)

var _ client.FileStore = (*Service)(nil)

// uploadTimeout bounds one upload: the documents allow 512 MiB, which takes a slow line half an hour.
const uploadTimeout = time.Hour

// mediaTypes are those that the vendor's client sends, by the end of a file's name. The service refuses others.
var mediaTypes = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".mp4": "video/mp4",
	".csv": "text/csv", ".json": "text/plain", ".jsonl": "text/plain", ".txt": "text/plain", ".text": "text/plain",
}

// fileRecord is a file as upload and the metadata report it.
type fileRecord struct {
	ID       text  `json:"file_id"`
	Name     text  `json:"file_name"`
	Type     text  `json:"file_type"`
	Uploaded stamp `json:"upload_timestamp"`
}

func decodeFile(v []byte) (client.File, bool) {
	var r fileRecord
	if rest.First(v) != '{' || json.Unmarshal(v, &r, rest.Lenient) != nil || r.ID == "" {
		return client.File{}, false
	}
	return client.File{ID: r.ID.Line(), Name: r.Name.Line(), Type: r.Type.Line(), Uploaded: r.Uploaded.Time}, true
}

// Files lists the account's files.
func (s *Service) Files(ctx context.Context) ([]client.File, error) {
	files, err := listOf(ctx, s, metadataCall("list files", "/files/metadata", "", ""), decodeFile, func(*client.File) bool { return true }, func(f *client.File) int { return len(f.ID) + len(f.Name) + len(f.Type) })
	if err != nil {
		return nil, err
	}
	return slices.Concat(files.parts...), nil
}

// Upload stores a file. The end of its name says its media type; one that the service does not take is
// [client.ErrRequest].
func (s *Service) Upload(ctx context.Context, name string, content io.Reader, progress func(sent int64)) (client.File, error) {
	const op = "upload file"
	mediaType, known := mediaTypes[strings.ToLower(path.Ext(name))]
	if !known {
		return client.File{}, &client.Error{Op: op, Kind: client.ErrRequest, Message: fmt.Sprintf("the service takes no files like %s; it takes csv, jsonl, json, txt, mp4, png and jpg", client.Line1(name))}
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition("file", name))
	header.Set("Content-Type", mediaType)
	if _, err := w.CreatePart(header); err != nil {
		return client.File{}, &client.Error{Op: op, Kind: client.ErrRequest, Err: err}
	}
	head := bytes.Clone(form.Bytes())
	_ = w.Close() // a buffer takes everything
	tail := form.Bytes()[len(head):]
	body, err := s.do(ctx, call{
		Op: op, Method: http.MethodPost, Path: "/files", Timeout: uploadTimeout,
		Content: &rest.Content{
			Reader: io.MultiReader(bytes.NewReader(head), &counted{content, 0, progress}, bytes.NewReader(tail)),
			Type:   w.FormDataContentType(), Length: -1,
		},
	})
	if err != nil {
		return client.File{}, err
	}
	f, ok := decodeFile(body)
	if !ok {
		return client.File{}, misunderstood(op, body, s.key)
	}
	return f, nil
}

// counted reports how much of a reader was read.
type counted struct {
	io.Reader
	n      int64
	report func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	if c.report != nil && n > 0 {
		c.report(c.n)
	}
	return n, err
}
