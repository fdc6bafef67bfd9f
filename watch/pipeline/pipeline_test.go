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

// What is called csv or jsonl and is not is refused before anything is sent, with the line.
func TestMalformedFilesAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	long := "a,b\n" + strings.Repeat("1,2\n", 300_000)
	for name, c := range map[string]struct{ content, why string }{
		"ragged.csv":  {"a,b\n1,2\n3\n", "the file ragged.csv is not valid csv: line 3 has 1 column, the first line has 2"},
		"prose.csv":   {"Dear all,\nthis, is, no, table\n", "line 2 has 4 columns, the first line has 2"},
		"quote.csv":   {"a,b\n1,\"2\n", "line 2 has a quotation mark out of place"},
		"header.csv":  {"a,b\n", "the file header.csv has no rows"},
		"wrong.txt":   {"just some notes\n", "the file wrong.txt is not valid jsonl: line 1 is not a JSON value"},
		"pretty.json": {"{\n  \"a\": 1\n}\n", "line 1 is not a JSON value"},
		"third.jsonl": {"{}\n\n{]\n", "line 3 is not a JSON value"},
		"early.csv":   {"a,b\n1\n" + long, "line 2 has 1 column"},
		"absent.csv":  {"", "the file absent.csv does not exist"},
	} {
		if c.content != "" {
			if err := os.WriteFile(name, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := pipeline.Open(name); !errors.Is(err, client.ErrRequest) || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, want %s", name, err, c.why)
		}
	}
	for name, content := range map[string]string{
		"long.csv": long, "semicolon.csv": "a;b\n1,5;2,5\n", "mark.csv": "\ufeff\"a\",b\n1,2\n", "cell.csv": "a,b\n1,\"x\ny\"\n",
		"rows.txt": "{\"a\":1}\n", "open.csv": "a,b\n1,2\n3,\"" + strings.Repeat("x\n", 600_000) + "\"\n",
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, f, err := pipeline.Open(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f.Close()
	}
}

// What a lens reads is known by its input, or by its processor.
func TestAPlanIsComparedWithWhatTheLensReads(t *testing.T) {
	input := func(kind client.InputKind, id string) pipeline.Plan {
		return pipeline.Plan{Input: &client.Input{Kind: kind, FileID: id, URL: "rtsp://cam:hunter2@192.0.2.1/x"}}
	}
	csv, jsonl := input(client.InputCSV, "a.csv"), pipeline.Plan{File: &pipeline.File{Name: "a.jsonl"}}
	camera := input(client.InputRTSP, "")
	for _, row := range []struct {
		lens client.Lens
		plan pipeline.Plan
		why  string
	}{
		{client.Lens{Inputs: []string{"rtsp_video_reader"}}, camera, ""},
		{client.Lens{Name: "Bay", Processors: []string{"lens_camera_processor"}}, csv, "the input a.csv is csv, and Bay reads video (lens_camera_processor)"},
		{client.Lens{Processors: []string{"lens_timeseries_state_processor"}}, csv, ""},
		{client.Lens{ID: "lns-1", Processors: []string{"lens_timeseries_state_processor"}}, camera, "the input camera at 192.0.2.1 is rtsp, and lns-1 reads csv"},
		{client.Lens{Processors: []string{"lens_timeseries_state_processor"}}, jsonl, "the input a.jsonl is jsonl"},
		{client.Lens{Processors: []string{"lens_echo_processor"}}, jsonl, ""},
		{client.Lens{Processors: []string{"lens_camera_processor"}}, pipeline.Plan{Output: true}, ""},
	} {
		err := row.plan.Fits(row.lens)
		if (err == nil) != (row.why == "") || err != nil && (!strings.Contains(err.Error(), row.why) || !errors.Is(err, client.ErrRequest)) {
			t.Errorf("%+v: %v, want %q", row.lens, err, row.why)
		}
	}
}

func TestWhatMayHoldAPasswordIsRecognised(t *testing.T) {
	for text, want := range map[string]bool{
		"admin:secret@192.0.2.1": true, "rtsp://cam:pw@h/x": true, "rtsp://cam@h/x": true, "RTSP://h/user=a_password=b": true,
		"rtsps://h/x?token=b": true, "rtsp://192.0.2.1:554/gate?channel=1": false, "trial.csv": false, "site@north.csv": false, "c:\\a.csv": false,
	} {
		if got := pipeline.MayHoldPassword(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if _, _, err := pipeline.Open("admin:hunter2@192.0.2.1/x.csv"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}
