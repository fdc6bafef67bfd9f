package sse

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// cut divides a stream at random places, sometimes before every byte.
func cut(stream string, rng *rand.Rand) []string {
	var parts []string
	longest := 1 + rng.IntN(1+min(len(stream), 1<<rng.IntN(17)))
	for len(stream) > 0 {
		n := min(1+rng.IntN(longest), len(stream))
		parts = append(parts, stream[:n])
		stream = stream[n:]
	}
	return parts
}

// compare plays a stream in random chunks and compares what comes out with the reference.
func compare(t testing.TB, stream string, limit int, seed uint64) {
	t.Helper()
	long := hasLongComment(stream)
	if long {
		stream += "\n" // its pieces come before its end is seen
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	body := &chunks{parts: cut(stream, rng), withEOF: rng.IntN(2) == 0}
	got, gotID := playback(t, Options{LastEventID: "before", MaxEventBytes: limit}, body)
	want, wantID := reference(stream, "before", limit)
	if long {
		got, want = joinComments(got), joinComments(want)
	}
	if !slices.Equal(got, want) {
		t.Errorf("limit %d, seed %d, stream %s\n got  %.500q\n want %.500q", limit, seed, short(stream), got, want)
	}
	if !sendable(wantID) {
		wantID = ""
	}
	if wantID = strings.Trim(wantID, " \t"); strings.Trim(gotID, " \t") != wantID {
		t.Errorf("limit %d, seed %d, stream %s\n resumes after %.100q, not after %.100q", limit, seed, short(stream), gotID, wantID)
	}
}

func short(stream string) string {
	return fmt.Sprintf("%.1000q", stream)
}

// A comment that is longer than maxLine comes in pieces.
func hasLongComment(stream string) bool {
	return slices.ContainsFunc(splitLines(stream), func(line string) bool {
		return len(line) > maxLine && strings.HasPrefix(strings.TrimPrefix(line, "\xEF\xBB\xBF"), ":")
	})
}

// joinComments makes one of comments in a row.
func joinComments(said []string) (joined []string) {
	for _, s := range said {
		last := len(joined) - 1
		if strings.HasPrefix(s, "comment ") && last >= 0 && strings.HasPrefix(joined[last], "comment ") {
			joined[last] = strings.TrimSuffix(joined[last], `"`) + strings.TrimPrefix(s, `comment "`)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// randomStream makes a stream of the pieces that matter.
func randomStream(rng *rand.Rand) string {
	pieces := []string{
		"\n", "\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "\n\r", ":", " ", "data", "data:", "data: ", "data",
		"event:", "event: ", "id", "id:", "id: ", "retry: 1", "retry:x", "x", "xyz", "word: more", "DATA: x",
		"\x00", "\uFEFF", "é", "豆腐", "🙂", "\xFF", "\xE2\x82", "\xF0\x9F", "\xED\xA0\x80", "\xC0\x80", "\t", "0",
		strings.Repeat("long ", 20),
	}
	var s strings.Builder
	if rng.IntN(4) == 0 {
		s.WriteString("\uFEFF")
	}
	for range rng.IntN(60) {
		s.WriteString(pieces[rng.IntN(len(pieces))])
		if rng.IntN(100) == 0 {
			s.WriteString(strings.Repeat([]string{"y", "é", "\xE2\x82"}[rng.IntN(3)], maxLine-20+rng.IntN(40)))
		}
		if rng.IntN(30) == 0 { // about as long as what waits outside the library
			s.WriteString("\ndata: " + strings.Repeat([]string{"z", "é", "\xFF"}[rng.IntN(3)], 32+rng.IntN(64)))
		}
	}
	return s.String()
}

func randomLimit(rng *rand.Rand) int {
	switch rng.IntN(4) {
	case 0:
		return 1 + rng.IntN(200)
	case 1:
		return 1 + rng.IntN(256)
	}
	return 1 << 20
}

// Random streams in random chunks say what the reference says.
func TestStream(t *testing.T) {
	n := 400
	if testing.Short() {
		n = 200
	}
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(n) {
			rng := rand.New(rand.NewPCG(seed, 1))
			compare(t, randomStream(rng), randomLimit(rng), seed)
			if t.Failed() {
				return
			}
		}
	})
}

// FuzzStream looks for a stream, a way to cut it and a limit for which the Source and the reference
// differ.
func FuzzStream(f *testing.F) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 2))
		f.Add(randomStream(rng), uint32(randomLimit(rng)), seed)
	}
	for _, row := range processingModel {
		f.Add(row.stream, uint32(1<<20), uint64(1))
	}
	f.Fuzz(func(t *testing.T, stream string, limit uint32, seed uint64) {
		synctest.Test(t, func(t *testing.T) { compare(t, stream, 1+int(limit%(1<<20)), seed) })
	})
}
