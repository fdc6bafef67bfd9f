package pipeline_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/watch/pipeline"
)

// service is a session that notes what is done to it.
type service struct {
	client.Service
	status  []client.Status // one per look; the last one stays
	output  string
	partial int // so many looks report a part of the record
	refuses string
	did     []string
}

func (s *service) Session(context.Context, string) (client.Session, error) {
	st := s.status[0]
	if len(s.status) > 1 {
		s.status = s.status[1:]
	}
	if s.partial--; s.partial >= 0 {
		return client.Session{Status: st}, nil
	}
	return client.Session{Status: st, OutputStream: s.output, TTL: time.Hour}, nil
}

func (s *service) do(what string) error {
	s.did = append(s.did, what)
	if what == s.refuses {
		return &client.Error{Op: what, Kind: client.ErrRequest, Message: "refused"}
	}
	return nil
}

func (s *service) SetOutput(context.Context, string) error { return s.do("output") }
func (s *service) SetInput(_ context.Context, _ string, in client.Input) error {
	return s.do("input " + in.Kind.String() + " " + in.FileID)
}
func (s *service) Question(context.Context, string) (client.Question, error) {
	return client.Question{}, nil
}
func (s *service) SetQuestion(context.Context, string, client.QuestionChange) error { return nil }
func (s *service) Validate(context.Context, string) (client.Validation, error) {
	return client.Validation{}, nil
}
func (s *service) Push(context.Context, string, []byte) error { return nil }

func (s *service) Files(context.Context) ([]client.File, error) { return nil, nil }
func (s *service) Upload(_ context.Context, name string, _ io.Reader, progress func(int64)) (client.File, error) {
	progress(50)
	return client.File{ID: "id-of-" + name}, s.do("upload")
}

func run(t *testing.T, s *service, p pipeline.Plan) (string, error) {
	t.Helper()
	p.Opened = func(context.Context) error { return s.do("open") }
	var last string
	err := pipeline.Run(t.Context(), s, "lsn-1", p, func(p pipeline.Progress) { last = p.Text })
	if err == nil && last == "" {
		t.Error("nothing was reported")
	}
	return strings.Join(s.did, ", "), err
}

func TestInputIsSetLastOnAnOpenStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{status: []client.Status{client.StatusRegistered, client.StatusRegistered, client.StatusRunning}}
		file := &pipeline.File{Name: "trial.csv", Size: 100, Content: strings.NewReader("a\n1\n")}
		did, err := run(t, s, pipeline.Plan{Output: true, Input: &client.Input{}, File: file})
		if want := "upload, output, open, input csv id-of-trial.csv"; did != want || err != nil {
			t.Errorf("%s, %v; want %s", did, err, want)
		}
	})
}

func TestAnOutputIsNeverSetTwice(t *testing.T) {
	s := &service{status: []client.Status{client.StatusRunning}, output: "writer-1"}
	if did, err := run(t, s, pipeline.Plan{Output: true}); did != "" || err != nil {
		t.Errorf("%q, %v", did, err)
	}
}

func TestTheFirstFailureEndsIt(t *testing.T) {
	s := &service{status: []client.Status{client.StatusRunning}, refuses: "output"}
	did, err := run(t, s, pipeline.Plan{Output: true, Input: &client.Input{Kind: client.InputRTSP}})
	if did != "output" || !errors.Is(err, client.ErrRequest) {
		t.Errorf("%q, %v", did, err)
	}
}

func TestASessionThatEndsOrNeverStartsIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{status: []client.Status{client.StatusFailed}}
		if did, err := run(t, s, pipeline.Plan{Output: true}); did != "" || err == nil || !strings.Contains(err.Error(), "ended") {
			t.Errorf("%q, %v", did, err)
		}
		s = &service{status: []client.Status{client.StatusRegistered}}
		began := time.Now()
		if did, err := run(t, s, pipeline.Plan{Output: true}); did != "" || err == nil || time.Since(began) > 2*time.Minute {
			t.Errorf("%q, %v after %v", did, err, time.Since(began))
		}
	})
}

// A record without all members says nothing of an output. It is asked for again, and then nothing is sent unless the
// person wants it sent anyway.
func TestAnOutputThatIsNotKnownIsNotSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{status: []client.Status{client.StatusRunning}, partial: 100}
		if did, err := run(t, s, pipeline.Plan{Output: true}); did != "" || !errors.Is(err, pipeline.ErrOutputUnknown) {
			t.Errorf("%q, %v", did, err)
		}
		if did, err := run(t, s, pipeline.Plan{Output: true, Anyway: true}); did != "output" || err != nil {
			t.Errorf("%q, %v", did, err)
		}
		s = &service{status: []client.Status{client.StatusRunning}, partial: 2}
		if did, err := run(t, s, pipeline.Plan{Output: true}); did != "output" || err != nil {
			t.Errorf("%q, %v", did, err)
		}
	})
}

func TestNothingIsUploadedForASessionThatIsNotThere(t *testing.T) {
	s := &service{status: []client.Status{client.StatusDestroyed}}
	did, err := run(t, s, pipeline.Plan{Input: &client.Input{}, File: &pipeline.File{Name: "trial.csv", Size: 4, Content: strings.NewReader("a\n1\n")}})
	if did != "" || !errors.Is(err, client.ErrNotFound) {
		t.Errorf("%q, %v", did, err)
	}
}

func TestFilesThatAreNoInputAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range map[string]string{
		"empty.csv": "", "blank.jsonl": " \n\n", "empty.mp4": "",
		"zeros.csv": "a\x00b\n", "picture.csv": "\x89PNG\x0d\x0a\x1a\x0a", "zipped.jsonl": "\x1f\x8b\x08rest", "wide.csv": "\xff\xfea\x00\n\x00",
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := pipeline.Open(name); !errors.Is(err, client.ErrRequest) || !strings.Contains(err.Error(), name+" is ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, content := range map[string]string{"latin.csv": "temp\xe9rature,b\n1,2\n", "rows.jsonl": "{}\n", "long.csv": strings.Repeat("1,2\n", 9000), "clip.mp4": "\x00\x00\x00\x18ftypmp42"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		file, f, err := pipeline.Open(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := io.ReadAll(file.Content)
		if f.Close(); string(got) != content || err != nil || file.Size != int64(len(content)) {
			t.Errorf("%s: read %d bytes of %d, %v", name, len(got), file.Size, err)
		}
	}
}
