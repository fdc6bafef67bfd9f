package ui

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lenswatch/client/recording"
	"lenswatch/watch/replay"
)

// seeking is a player that looks for another place.
type seeking struct{ *replay.Player }

func (seeking) Position() replay.Position {
	return replay.Position{Seeking: true, Now: time.Minute, Sought: 5 * time.Minute, Length: 12*time.Minute + 33*time.Second, LengthKnown: true}
}

// While another position is looked for, the header shows how far that is.
func TestSeekShowsProgress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	w, err := recording.Create(path, time.Now(), recording.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := replay.Open(t.Context(), path, replay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	m := NewReplay(t.Context(), seeking{p}, Options{})
	if mark := m.playback.Mark(m.c); !strings.Contains(mark, "seeking") || !strings.Contains(mark, "05:00 of 12:33") {
		t.Errorf("%q", mark)
	}
}
