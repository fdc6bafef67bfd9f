package archetype

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
	"lenswatch/client/simulator"
)

// open creates a session of a lens and waits until it runs.
func open(t *testing.T, s *Service, lens string) string {
	t.Helper()
	session, err := s.Create(t.Context(), client.CreateRequest{LensID: lens})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	return session.ID
}

// resultTexts are the results of a session over a time.
func resultTexts(t *testing.T, s *Service, id string, d time.Duration) (found []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	store := &diary{}
	if err := s.Watch(ctx, id, client.WatchOptions{Channel: client.ChannelSSE}, store.sink); err != nil {
		t.Fatal(err)
	}
	for _, ev := range store.find(kindIs(client.KindResult)) {
		found = append(found, ev.Text)
	}
	return found
}

// A lens with neither output nor input is mute until it gets both; a file comes to its end.
func TestAMuteSessionSpeaksOnceItHasOutputAndInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := simulate(t, simulator.Config{})
		id := open(t, s, simulator.LensBare)
		if got := resultTexts(t, s, id, 20*time.Second); len(got) > 0 {
			t.Fatalf("results without an output: %q", got)
		}
		if err := s.SetOutput(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		rows := strings.Repeat("1,2,3\n", 8)
		var sent int64
		f, err := s.Upload(t.Context(), "trial.csv", strings.NewReader(rows), func(n int64) { sent = n })
		if err != nil || f.ID != "trial.csv" || sent != int64(len(rows)) {
			t.Fatalf("upload: %+v, %d of %d bytes, %v", f, sent, len(rows), err)
		}
		if files, err := s.Files(t.Context()); err != nil || len(files) != 1 || files[0].ID != f.ID {
			t.Errorf("files: %+v, %v", files, err)
		}
		if err := s.SetInput(t.Context(), id, client.Input{Kind: client.InputCSV, FileID: f.ID}); err != nil {
			t.Fatal(err)
		}
		if got := resultTexts(t, s, id, 30*time.Second); len(got) == 0 || len(got) > 8 {
			t.Errorf("%d results from a file of 8 rows", len(got))
		}
	})
}

func TestTheTestLensEchoesWhatIsPushed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := simulate(t, simulator.Config{})
		id := open(t, s, simulator.LensTest)
		if err := s.SetOutput(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(2*time.Second, func() {
			for _, row := range []string{`{"a":1}`, "plain words"} {
				if err := s.Push(t.Context(), id, []byte(row)); err != nil {
					t.Error(err)
				}
			}
		})
		got := fmt.Sprint(resultTexts(t, s, id, 10*time.Second))
		if !strings.Contains(got, `"a"`) || !strings.Contains(got, "plain words") {
			t.Errorf("echoes: %s", got)
		}
	})
}

func TestTheQuestionOfASessionChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := simulate(t, simulator.Config{})
		id := open(t, s, simulator.LensActivityMonitor)
		before, err := s.Question(t.Context(), id)
		if err != nil || before.Instruction == "" || before.Focus == "" {
			t.Fatalf("%+v, %v", before, err)
		}
		focus := "Only forklifts."
		if err := s.SetQuestion(t.Context(), id, client.QuestionChange{Focus: &focus}); err != nil {
			t.Fatal(err)
		}
		after, err := s.Question(t.Context(), id)
		if err != nil || after.Focus != focus || after.Instruction != before.Instruction {
			t.Errorf("%+v, %v", after, err)
		}
		if v, err := s.Validate(t.Context(), id); err != nil || !v.Valid {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// What the service says of a wrong input is said, and a camera's password is not.
func TestARefusedInputIsNamedWithoutItsPassword(t *testing.T) {
	const secret = "hunter2-of-the-camera"
	synctest.Test(t, func(t *testing.T) {
		sim, s := simulate(t, simulator.Config{})
		id := open(t, s, simulator.LensBare)
		err := s.SetInput(t.Context(), id, client.Input{Kind: client.InputVideoFile, FileID: "nowhere.mp4"})
		if err == nil || !strings.Contains(err.Error(), "nowhere.mp4") {
			t.Errorf("a file that is not there: %v", err)
		}
		if err := sim.Destroy(id); err != nil {
			t.Fatal(err)
		}
		err = s.SetInput(t.Context(), id, client.Input{Kind: client.InputRTSP, URL: "rtsp://cam:" + secret + "@192.0.2.1/stream"})
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), secret) {
			t.Errorf("the camera's password: %v", err)
		}
	})
}

func TestAFileOfAnUnknownKindIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := simulate(t, simulator.Config{})
		if _, err := s.Upload(t.Context(), "notes.docx", strings.NewReader("x"), nil); err == nil || !strings.Contains(err.Error(), "csv") {
			t.Errorf("%v", err)
		}
	})
}

// What became of an upload is not a question of sessions.
func TestAFailedUploadSpeaksOfNoSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, s := simulate(t, simulator.Config{})
		if err := sim.Inject(simulator.Fault{Name: simulator.FaultBadGateway, Arg: "files"}); err != nil {
			t.Fatal(err)
		}
		_, err := s.Upload(t.Context(), "trial.csv", strings.NewReader("a\n1\n"), nil)
		if err == nil || strings.Contains(err.Error(), "session") || errors.Is(err, client.ErrUncertain) {
			t.Errorf("%v", err)
		}
	})
}
