package client

import (
	"context"
	"io"
	"sync"
	"time"
)

// Controller is a Service whose sessions can be acted on while they run. Nothing is sent twice: a request whose answer was
// lost may have been carried out, and the error wraps [ErrUncertain] then.
type Controller interface {
	// SetOutput gives a session the output stream that its SSE consumer reads. It replaces an output that the
	// session has.
	SetOutput(ctx context.Context, id string) error
	// SetInput makes a session read from an input, in place of the one that it has.
	SetInput(ctx context.Context, id string, in Input) error
	// Question asks a session what its model is asked to do.
	Question(ctx context.Context, id string) (Question, error)
	// SetQuestion changes what is not nil.
	SetQuestion(ctx context.Context, id string, q QuestionChange) error
	// Validate asks a session whether its configuration is complete. What is wrong is no error.
	Validate(ctx context.Context, id string) (Validation, error)
	// Push sends one input to a session: a JSON value, or text if it is none.
	Push(ctx context.Context, id string, row []byte) error
}

// InputKind says where an input comes from.
type InputKind uint8

// The kinds of input.
const (
	InputVideoFile InputKind = iota // an uploaded video
	InputCSV                        // an uploaded CSV file
	InputJSONL                      // an uploaded file with one JSON value per line
	InputRTSP                       // a camera
)

var inputNames = []string{"video", "csv", "jsonl", "rtsp"}

// String is the word for flags and the screen.
func (k InputKind) String() string { return name(inputNames, int(k)) }

// Input is what a session may read.
type Input struct {
	Kind   InputKind
	FileID string // of an uploaded file
	// URL is a camera's. It may hold a password: it is sent, and never shown, logged or stored.
	URL string
	// Loop reads a file again from its start when it ends; see [InputKind.Loops].
	Loop bool
	// Window and Step are rows or frames per inference, and from one inference to the next; 0 leaves them to the
	// service. See [InputKind.Windowed].
	Window, Step int
}

// Loops reports whether an input of the kind can be read again and again.
func (k InputKind) Loops() bool { return k == InputCSV }

// Windowed reports whether an input of the kind is read in windows whose size and step can be set.
func (k InputKind) Windowed() bool { return k == InputCSV || k == InputVideoFile }

// Question is what a session's model is asked to do.
type Question struct {
	Instruction string `json:"instruction"`
	Focus       string `json:"focus"`
}

// QuestionChange is what to change of a [Question]; nil leaves a part as it is.
type QuestionChange struct {
	Instruction, Focus *string
}

// Validation is what a session says of its own configuration.
type Validation struct {
	Valid    bool
	Problems string // what is wrong, one line, cleaned; empty if nothing is
}

// Recorder is a Service that shows all that it knows of a session.
type Recorder interface {
	// Record asks for everything that the service reports of a session.
	Record(ctx context.Context, id string) (Record, error)
}

// Record is everything that a service reports of a session, whether lenswatch knows what it means or not.
type Record struct {
	Fields []RecordField
	// Raw is the record as received, JSON, without API keys.
	Raw []byte
}

// RecordField is one member of a [Record].
type RecordField struct {
	Group string // "session", "streams", "counters", "times", "runner", "other"
	Name  string // as the service calls it
	Value string // for a person, one line, clean; "–" for what is null or empty
}

// FileStore is a Service that holds files for its sessions to read.
type FileStore interface {
	// Files lists what is stored.
	Files(ctx context.Context) ([]File, error)
	// Upload stores a file under a name, and reports the bytes sent so far; progress may be nil. A file of the same
	// name is replaced by the service.
	Upload(ctx context.Context, name string, content io.Reader, progress func(sent int64)) (File, error)
}

// File is a file that a service stores.
type File struct {
	ID       string
	Name     string
	Type     string    // media type, if reported
	Uploaded time.Time // zero if not reported
}

// CommandQueue brings commands to a stream that is being watched. It costs a stream that nobody steers
// nothing, not even a goroutine. The zero value is ready, and nil brings none.
type CommandQueue struct {
	mu      sync.Mutex
	listen  func(Command) bool // nil while the stream is busy with something else
	pending []Command          // for it to listen again
}

// maxPendingCommands is how many commands wait for a stream. A person who presses a key more often than that
// means one of them.
const maxPendingCommands = 4

// Send hands a command over. It reports false if so many wait that this one would not be heard.
func (s *CommandQueue) Send(c Command) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) == maxPendingCommands {
		return false
	}
	s.pending = append(s.pending, c)
	s.deliver()
	return true
}

// deliver hands over what waits, as far as it is taken. It is called with mu held.
func (s *CommandQueue) deliver() {
	for len(s.pending) > 0 && s.listen != nil && s.listen(s.pending[0]) {
		s.pending = s.pending[1:]
	}
}

// Listen lets f have every command until stop is called, those that waited first. One that f does not take
// waits for the next to listen. Only one listens at a time. f must not wait, nor use the queue; it is not
// called any more when stop has returned.
func (s *CommandQueue) Listen(f func(Command) (taken bool)) (stop func()) {
	if s == nil {
		return func() {}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listen = f
	s.deliver()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.listen = nil
	}
}
