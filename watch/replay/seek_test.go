package replay

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"lenswatch/client"
	"lenswatch/client/recording"
)

// Seeking reports how far it has got.
func TestSeekReportsProgress(t *testing.T) {
	path, start := filepath.Join(t.TempDir(), "a"), time.Now()
	var items []recording.Item
	for i := range 10 {
		at := start.Add(time.Duration(i) * time.Minute)
		items = append(items, recording.Item{At: at, Entry: recording.Batch{Events: 1}}, recording.Item{At: at, Entry: recording.Events{{Session: "s", Kind: client.KindLog, Received: at}}})
	}
	w, err := recording.Create(path, start, recording.Options{}, items...)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var sought atomic.Int64
	p, err := runSeek(t.Context(), t.Context(), path, new(marks), nil, Options{}, target{events: 7}, &sought)
	if err != nil {
		t.Fatal(err)
	}
	defer p.cur.r.Close()
	if got := time.Duration(sought.Load()); got != 6*time.Minute || p.events != 7 {
		t.Errorf("at %v, %d events", got, p.events)
	}
}
