package history

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"lenswatch/client"
)

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// What the Store says it keeps is about what the program's memory holds for it, and less than twice
// the payloads.
func TestBytesAreWhatTheHeapHolds(t *testing.T) {
	const budget = 16 << 20
	for _, size := range []int{60, 1000, 4000} {
		t.Run(fmt.Sprint("text of ", size), func(t *testing.T) {
			before := heap()
			s := New(budget)
			var raw int64
			for i := 0; s.Evicted("") == 0; i++ {
				s.Append(sized(i, size))
			}
			for _, k := range s.order {
				raw += int64(k.raw)
			}
			held := heap() - before
			retained, _ := s.Bytes()
			n := int64(s.Len())
			t.Logf("%d events of %d B raw: %.2f times that on the heap, %d B each in addition; Bytes says %.2f of the heap",
				n, raw/n, float64(held)/float64(raw), (held-raw)/n, float64(retained)/float64(held))
			if held >= 2*raw {
				t.Errorf("%.2f times the raw bytes are held, want less than 2", float64(held)/float64(raw))
			}
			if held > retained*5/4 || held < retained*3/4 {
				t.Errorf("Bytes says %d, the heap holds %d", retained, held)
			}
			runtime.KeepAlive(s)
		})
	}
}

// sized is an event with a text of about size bytes.
func sized(i, size int) client.Event {
	ev := wireEvent(i)
	long := strings.Repeat("a worker in a vest. ", size/20)
	ev.Raw = bytes.Replace(ev.Raw, []byte(ev.Text), []byte(long), 1)
	ev.Text = strings.Clone(long)
	return ev
}

// The text is stored once where it stands in the payload as it is read, and is the same text.
func TestTextIsStoredOnce(t *testing.T) {
	s := New(0)
	for _, c := range []struct {
		raw, text string
		once      bool
	}{
		{`{"result":"a worker"}`, "a worker", true},
		{"all of it", "all of it", true},
		{`{"result":"a \"worker\""}`, `a "worker"`, false},
		{`{"result":""}`, "", false},
		{"", "a notice", false},
	} {
		e := s.At(s.Append(client.Event{Text: c.text, Raw: []byte(c.raw)}))
		if e.Text != c.text || string(e.Raw) != c.raw {
			t.Errorf("%q of %q became %q of %q", c.text, c.raw, e.Text, e.Raw)
		}
		at := uintptr(unsafe.Pointer(unsafe.StringData(e.Text)))
		start := uintptr(unsafe.Pointer(unsafe.SliceData(e.Raw)))
		if once := c.text != "" && at >= start && at < start+uintptr(len(e.Raw)); once != c.once {
			t.Errorf("%q of %q: stored once: %v, want %v", c.text, c.raw, once, c.once)
		}
	}
}
