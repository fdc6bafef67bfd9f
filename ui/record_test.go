package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// recordFake is a fake that has records of its sessions.
type recordFake struct {
	*fake
	outputs int
}

func (r *recordFake) Record(_ context.Context, id string) (client.Record, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.Contains(r.destroyed, id) {
		return client.Record{}, &client.Error{Op: "show session", Kind: client.ErrNotFound, Status: 200, Message: "Unknown session id: " + id}
	}
	return client.Record{
		Fields: []client.RecordField{
			{Group: "session", Name: "session_id", Value: id}, {Group: "streams", Name: "output_data_stream_id", Value: "–"},
			{Group: "counters", Name: "num_outputs", Value: fmt.Sprint(r.outputs)},
		},
		Raw: fmt.Appendf(nil, `{"session_id":%q,"output_data_stream_id":null,"num_outputs":%d}`, id, r.outputs),
	}, nil
}

// The record is read again while it is open, what changed stands out, and the JSON is next to it where there is room.
func TestRecordShowsWhatChanged(t *testing.T) {
	for _, d := range []display{{w: 60, h: 18}, {w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}} {
		synctest.Test(t, func(t *testing.T) {
			r := &recordFake{fake: newFake()}
			r.add("lsn-one-0001", "lns-activity")
			x := start(t, d, Options{Title: "test"}, r)
			x.press("]", "V")
			x.pass(time.Second)
			x.want("Record · Activity Monitor 0001", "Streams", "output_data_stream_id", "num_outputs")
			x.wantNot("was")
			r.mu.Lock()
			r.outputs = 12
			r.mu.Unlock()
			x.pass(6 * time.Second)
			x.want("12  ◆ was 0")
			if both := strings.Contains(x.screen(), `"num_outputs": 12`); both != (d.w >= 120) {
				t.Fatalf("JSON next to the fields: %v\n%s", both, x.screen())
			}
			compareGolden(t, fmt.Sprintf("record-%dx%d", d.w, d.h), x.cells())
			x.press("tab", "esc")
			x.wantNot("Record · ")
		})
	}
}

// Of a session that has ended the service knows nothing more: what lenswatch knew last is shown, and for how long it is over.
func TestRecordOfAnEndedSessionIsTheLastKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recordFake{fake: newFake()}
		r.add("lsn-one-0001", "lns-activity")
		x := start(t, medium, Options{Title: "test"}, r)
		x.press("]")
		x.pass(30 * time.Second)
		if _, err := r.Destroy(t.Context(), "lsn-one-0001"); err != nil {
			t.Fatal(err)
		}
		x.pass(90*time.Second + time.Second/2)
		x.press("X", "]", "V")
		x.want("Record · Activity Monitor 0001", "ended 1 min 30 s ago; the service has no record any more", "lns-activity", "Activity Monitor", "registered", `"session": "lsn-one-0001"`)
		x.want("status               ended", "last reported status SESSION_STATUS_RUNNING")
		x.wantNot("Unknown session", "✗")
		x.press("Y")
		x.want("Copied the record")
	})
}

// The record says whether the session calls its configuration valid; that is asked once.
func TestTheRecordSaysWhetherTheConfigurationIsValid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &validated{controlled: newControlled()}
		s.add("lsn-one-0001", "lns-mute")
		x := start(t, medium, Options{Title: "test"}, s)
		x.press("]", "V")
		x.pass(12 * time.Second)
		x.want("session.validate", "not valid: no window_size", "lns-mute")
		if s.asked != 1 {
			t.Errorf("asked %d times", s.asked)
		}
	})
}

// validated is a service whose sessions have records, and are not valid.
type validated struct {
	*controlled
	asked int
}

func (v *validated) Record(context.Context, string) (client.Record, error) {
	return client.Record{Fields: []client.RecordField{{Group: "session", Name: "lens_id", Value: "lns-mute"}}, Raw: []byte(`{}`)}, nil
}

func (v *validated) Validate(context.Context, string) (client.Validation, error) {
	v.asked++
	return client.Validation{Problems: "no window_size"}, nil
}

// What ends a session counts down, and is said before it is there.
func TestTimeLeftCountsDownAndWarns(t *testing.T) {
	for _, d := range []display{{w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.add("lsn-one-0001", "lns-activity")
			f.open[0].TTL, f.open[0].Registered = 20*time.Minute, time.Now().Add(-15*time.Minute)
			x := start(t, d, Options{Title: "test"}, f)
			x.press("]")
			x.pass(5 * time.Second)
			if d.h > 24 {
				x.want("time left", "may end (lifetime)")
			}
			for range 6 {
				f.say("lsn-one-0001", client.KindResult, "scene", nil)
				x.pass(10 * time.Second)
			}
			x.want("Activity Monitor 0001 may end in ", "(lifetime)")
			x.press("tab")
			x.want("time left  3 min ", "may end")
			compareGolden(t, fmt.Sprintf("timeleft-%dx%d", d.w, d.h), x.cells())
			if d.h > 24 { // below, a connection that is dead matters more
				x.pass(5 * time.Minute)
				x.want("time left  passed  may have ended")
			}
		})
	}
}

// The form at every size that is drawn, while it is filled in and while it is done.
func TestInputFormFitsEverySize(t *testing.T) {
	for _, d := range []display{{w: 60, h: 18}, {w: 80, h: 24}, {w: 120, h: 36}, {w: 200, h: 60}} {
		synctest.Test(t, func(t *testing.T) {
			c := newControlled()
			c.slow = 10500 * time.Millisecond // no answer arrives together with a tick
			x := start(t, d, Options{Title: "test"}, c)
			x.press("c", "mute", "enter", "tab")
			x.want("Create: Mute Lens", "▸ new.csv")
			compareGolden(t, fmt.Sprintf("form-%dx%d", d.w, d.h), x.cells())
			x.press("enter")
			x.pass(14500 * time.Millisecond) // long after the list has the session, and between two ticks
			x.want("✓ session created")
			compareGolden(t, fmt.Sprintf("forming-%dx%d", d.w, d.h), x.cells())
		})
	}
}
