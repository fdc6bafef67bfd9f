package simulator

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	filesPath = basePath + "/files"
	// maxFile and maxFiles bound what is stored, in bytes: the service takes more.
	maxFile  = 64 << 20
	maxFiles = 128 << 20
	// uploadTimeout is how long an upload may take on the real clock.
	uploadTimeout = 5 * time.Minute
)

// fileStore holds the uploaded files, in memory.
type fileStore struct {
	mu    sync.Mutex
	files []*file
	bytes int64
}

// file is an uploaded file. Its id is its name, as the client's examples use it.
type file struct {
	name     string
	kind     string
	content  []byte
	uploaded time.Time
}

func (f *file) record() object {
	return object{
		{"is_valid", true}, {"file_id", f.name}, {"file_name", f.name}, {"file_type", f.kind},
		{"file_size", len(f.content)}, {"upload_timestamp", unix(f.uploaded)},
	}
}

// rows is how many windows of input a file gives: its lines for rows of sensors, else one each 64 KiB.
func (f *file) rows() int {
	if strings.HasPrefix(f.kind, "text/") {
		return max(1, bytes.Count(f.content, []byte("\n")))
	}
	return 1 + len(f.content)>>16
}

// find returns the file of an id, or nil.
func (s *fileStore) find(id string) *file {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.index(id); i >= 0 {
		return s.files[i]
	}
	return nil
}

func (s *fileStore) index(id string) int {
	return slices.IndexFunc(s.files, func(f *file) bool { return f.name == id })
}

// put stores a file in place of one of the same name. It reports false if there is no room.
func (s *fileStore) put(f *file) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, bytes := s.index(f.name), s.bytes+int64(len(f.content))
	if i >= 0 {
		bytes -= int64(len(s.files[i].content))
	}
	if bytes > maxFiles {
		return false
	}
	s.bytes = bytes
	if i >= 0 {
		s.files[i] = f
		return true
	}
	s.files = append(s.files, f)
	return true
}

func (s *fileStore) remove(id string) *file {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index(id)
	if i < 0 {
		return nil
	}
	f := s.files[i]
	s.files = slices.Delete(s.files, i, i+1)
	s.bytes -= int64(len(f.content))
	return f
}

func (s *fileStore) list() []*file {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.files)
}

// upload takes one multipart field "file", as bytes or, for /files/base64, as base64 text.
func (s *Simulator) upload(encoded bool) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTimeout))
		r.Body = http.MaxBytesReader(w, r.Body, maxFile)
		part, err := filePart(r)
		if err != nil {
			writeErrors(w, http.StatusBadRequest, "missing_parameter", "The form field file is required: "+err.Error())
			return
		}
		content, err := io.ReadAll(part)
		if err != nil {
			writeErrors(w, http.StatusRequestEntityTooLarge, "invalid_file_size", fmt.Sprintf("A file has at most %d bytes here.", maxFile))
			return
		}
		if encoded {
			if content, err = base64.StdEncoding.DecodeString(string(bytes.TrimSpace(content))); err != nil {
				writeErrors(w, http.StatusBadRequest, "invalid_file_type", "The file is not base64.")
				return
			}
		}
		f := &file{name: part.FileName(), kind: part.Header.Get("Content-Type"), content: content, uploaded: time.Now()}
		if f.name == "" {
			writeErrors(w, http.StatusBadRequest, "missing_parameter", "The file has no name.")
			return
		}
		if !s.files.put(f) {
			writeErrors(w, http.StatusRequestEntityTooLarge, "request_too_large", "There is no room for another file.")
			return
		}
		writeJSON(w, http.StatusOK, f.record())
	}
}

// filePart is the form field "file" of a request.
func filePart(r *http.Request) (*multipart.Part, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, err
		}
		if part.FormName() == "file" {
			return part, nil
		}
	}
}

func (s *Simulator) fileInfo(w http.ResponseWriter, _ *http.Request) {
	list := s.files.list()
	total := 0
	for _, f := range list {
		total += len(f.content)
	}
	writeJSON(w, http.StatusOK, object{{"org_id", orgID}, {"num_files", len(list)}, {"total_bytes", total}})
}

func (s *Simulator) fileMetadata(w http.ResponseWriter, r *http.Request) {
	records := []object{}
	for _, f := range s.files.list() {
		records = append(records, f.record())
	}
	writeShard(w, r, records)
}

// fileRoute is the route of a path that ends with a file's id.
func (s *Simulator) fileRoute(path string) (route, bool) {
	one := func(id string, find func(string) *file, answer func(http.ResponseWriter, *file)) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			f := find(id)
			if f == nil {
				writeErrors(w, http.StatusNotFound, "file_not_found", "Unknown file id: "+id)
				return
			}
			answer(w, f)
		}
	}
	record := func(w http.ResponseWriter, f *file) { writeJSON(w, http.StatusOK, f.record()) }
	if id, ok := strings.CutPrefix(path, filesPath+"/metadata/"); ok && id != "" {
		return route{http.MethodGet, groupFiles, one(id, s.files.find, record)}, true
	}
	if id, ok := strings.CutPrefix(path, filesPath+"/delete/"); ok && id != "" {
		return route{http.MethodDelete, groupFiles, one(id, s.files.remove, record)}, true
	}
	if id, ok := strings.CutPrefix(path, filesPath+"/download/"); ok && id != "" {
		return route{http.MethodGet, groupFiles, one(id, s.files.find, func(w http.ResponseWriter, f *file) {
			w.Header().Set("Content-Type", "application/octet-stream")
			_, _ = w.Write(f.content) // a client that has gone needs no answer
		})}, true
	}
	return route{}, false
}
