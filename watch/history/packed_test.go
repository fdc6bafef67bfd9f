package history

import (
	"reflect"
	"testing"
	"time"

	"lenswatch/client"
)

// What is retained is the event that was appended, whatever it has.
func TestPackedEventsAreUnchanged(t *testing.T) {
	raw := `{"type":"inference.result","event_data":{"response":["a \"worker\""],"query_id":"q-1"}}`
	now := time.Unix(1741843200, 123456789)
	for _, ev := range []client.Event{
		{},
		{Raw: []byte(raw), Wire: "inference.result", Text: `a "worker"`, ID: "lsn.7", Time: now},
		{Raw: []byte(raw), Time: time.Unix(1<<40, 5), Result: &client.Result{QueryID: "q-1", SensorID: "imu", SensorTime: "00:01:23", ReadIndex: -1}},
		{Raw: []byte(raw), Time: time.Unix(-1<<40, 0)},
		{Result: &client.Result{Label: "walking", Scores: []client.Score{{Label: "walking", Value: .6}}, Unit: client.UnitFraction}},
		{Result: &client.Result{Shape: []int{2, 3}, Norm: 4.5}, Level: client.LevelError, Kind: client.KindError},
		{Kind: client.KindHeartbeat, Heartbeat: &client.Heartbeat{Messages: 7}, Text: "heartbeat"},
		{Kind: client.KindNotice, Wire: "notice", Text: "gap of 3 s", Notice: &client.Notice{Code: client.NoticeGap}},
		{Notice: &client.Notice{Code: client.NoticeConnected}, Result: &client.Result{ReadIndex: 3}, Heartbeat: &client.Heartbeat{}},
		{Received: time.Time{}, Text: "never received"},
	} {
		if ev.Service, ev.Session = "archetype", "lsn-1"; ev.Text != "never received" {
			ev.Received = now
		}
		s := New(0)
		if got := s.At(s.Append(ev)).Event; !reflect.DeepEqual(got, ev) {
			t.Errorf("%+v\nbecame\n%+v", ev, got)
		}
	}
}

// One session id of two services stays apart.
func TestServiceIsStored(t *testing.T) {
	s := New(0)
	for _, service := range []string{"a", "a", "b", "a"} {
		if e := s.At(s.Append(client.Event{Service: service, Session: "x"})); e.Service != service {
			t.Errorf("service %q became %q", service, e.Service)
		}
	}
}

// A session that floods with results keeps its own logs and errors, and what was evicted of it is
// counted.
func TestResultsDoNotPushOutLogs(t *testing.T) {
	s := New(1 << 20)
	for i := range 50_000 {
		if i%1000 == 0 {
			s.Append(event("loud", client.KindError, 100))
			s.Append(event("loud", client.KindHeartbeat, 100))
		}
		s.Append(event("loud", client.KindResult, 200))
	}
	for _, kind := range []client.Kind{client.KindError, client.KindHeartbeat} {
		if v := s.View(Query{Session: "loud", Kinds: []client.Kind{kind}}); v.Len() != 50 {
			t.Errorf("%d of 50 of kind %v are retained", v.Len(), kind)
		}
	}
	if s.Evicted("loud")+int64(s.Len()) != 50_100 {
		t.Errorf("%d evicted and %d retained of 50,100", s.Evicted("loud"), s.Len())
	}
}
