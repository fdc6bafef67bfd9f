package archetype

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
)

var _ client.Controller = (*Service)(nil)

// outputWriter is the output stream that the SSE consumer reads, by the name that the documents use.
const outputWriter = "server_sent_events_writer"

// inputReaders are the input streams, by kind. The documents, the client and its examples agree on these names.
var inputReaders = map[client.InputKind]string{
	client.InputVideoFile: "video_file_reader",
	client.InputCSV:       "csv_file_reader",
	client.InputJSONL:     "jsonl_file_reader",
	client.InputRTSP:      "rtsp_video_reader",
}

// streamRequest is the event_data of input_stream.set and output_stream.set.
type streamRequest struct {
	Type   string         `json:"stream_type"`
	Config map[string]any `json:"stream_config"`
}

// SetOutput binds the SSE writer to a session (output_stream.set).
func (s *Service) SetOutput(ctx context.Context, id string) error {
	_, err := s.control(ctx, "set output", id, event{Type: "output_stream.set", Data: streamRequest{outputWriter, map[string]any{}}})
	return err
}

// SetInput makes a session read from an input (input_stream.set). A camera's URL is masked in whatever is said of it.
func (s *Service) SetInput(ctx context.Context, id string, in client.Input) error {
	config := map[string]any{}
	var hide []Secret
	switch {
	case in.Kind == client.InputRTSP:
		config["rtsp_url"] = in.URL
		hide = append(hide, NewSecret(in.URL))
	default:
		config["file_id"] = in.FileID
	}
	if in.Kind.Loops() {
		config["loop_recording"] = in.Loop
	}
	if in.Kind.Windowed() {
		if in.Window > 0 {
			config["window_size"] = in.Window
		}
		if in.Step > 0 {
			config["step_size"] = in.Step
		}
	}
	_, err := s.control(ctx, "set input", id, event{Type: "input_stream.set", Data: streamRequest{inputReaders[in.Kind], config}}, hide...)
	return err
}

// question holds the members of session.get and session.modify that are a question.
type question struct {
	Instruction text `json:"instruction"`
	Focus       text `json:"focus"`
}

// Question asks for the instruction and the focus of a session's model (session.get).
func (s *Service) Question(ctx context.Context, id string) (client.Question, error) {
	data, err := s.control(ctx, "get session parameters", id, event{Type: "session.get", Data: map[string]any{}})
	if err != nil {
		return client.Question{}, err
	}
	var q question
	if len(data) > 0 && json.Unmarshal(data, &q, rest.Lenient) != nil {
		return client.Question{}, misunderstood("get session parameters", data, s.key)
	}
	return client.Question{Instruction: client.Clean(string(q.Instruction)), Focus: client.Clean(string(q.Focus))}, nil
}

// SetQuestion changes the instruction or the focus of a session's model (session.modify).
func (s *Service) SetQuestion(ctx context.Context, id string, q client.QuestionChange) error {
	data := map[string]any{}
	if q.Instruction != nil {
		data["instruction"] = *q.Instruction
	}
	if q.Focus != nil {
		data["focus"] = *q.Focus
	}
	_, err := s.control(ctx, "set question", id, event{Type: "session.modify", Data: data})
	return err
}

// Validate asks whether a session's configuration is complete (session.validate).
func (s *Service) Validate(ctx context.Context, id string) (client.Validation, error) {
	const op = "validate session"
	body, err := s.rpc(ctx, op, id, event{Type: "session.validate"}, true)
	if failed, ok := errors.AsType[*client.Error](err); ok && failed.Kind == client.ErrRequest && failed.Status == http.StatusOK {
		return client.Validation{Problems: failed.Message}, nil // is_valid: false
	}
	if err != nil {
		return client.Validation{}, err
	}
	var reply struct {
		Data struct {
			Valid *flag `json:"is_valid"`
		} `json:"event_data"`
	}
	if json.Unmarshal(body, &reply, rest.Lenient) != nil || reply.Data.Valid == nil {
		return client.Validation{}, misunderstood(op, body, s.key)
	}
	return client.Validation{Valid: true}, nil
}

// Push sends one input (session.update). JSON is sent as data.json, other text as data.text.
func (s *Service) Push(ctx context.Context, id string, row []byte) error {
	data := map[string]any{"type": "data.text", "event_data": map[string]string{"contents": string(row)}}
	if value := jsontext.Value(row); value.IsValid() {
		data = map[string]any{"type": "data.json", "event_data": value}
	}
	_, err := s.control(ctx, "push input", id, event{Type: "session.update", Data: data})
	return err
}

// control sends an event that changes something, once, and returns the event_data of the reply. An answer that says
// is_valid: false is an error with its messages.
func (s *Service) control(ctx context.Context, op, id string, e event, hide ...Secret) (jsontext.Value, error) {
	c := eventCall(op, id, e, false)
	c.Hide = hide
	body, err := s.do(ctx, c)
	if err != nil {
		return nil, err
	}
	var reply struct {
		Data jsontext.Value `json:"event_data"`
	}
	if json.Unmarshal(body, &reply, rest.Lenient) != nil {
		return nil, misunderstood(op, body, s.key)
	}
	return reply.Data, nil
}
