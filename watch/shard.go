package watch

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// Shard is one of several equal parts of all sessions, by a hash of their IDs: each session is in one of
// them, the same on every machine and in every version. The zero value has every session.
type Shard struct {
	Part int // from 1
	Of   int
}

// MaxShards is how many parts there can be: every one lists the whole account.
const MaxShards = 1000

// ParseShard reads "2/5": the second of five parts.
func ParseShard(text string) (Shard, error) {
	part, of, _ := strings.Cut(text, "/")
	p, err1 := strconv.Atoi(part)
	n, err2 := strconv.Atoi(of)
	if err1 != nil || err2 != nil || p < 1 || p > n || n > MaxShards {
		return Shard{}, fmt.Errorf("%q does not have the form 2/5, the second of five; at most %d", text, MaxShards)
	}
	return Shard{Part: p, Of: n}, nil
}

// Has reports whether a session is in the part.
func (s Shard) Has(id string) bool {
	if s.Of <= 1 {
		return true
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // it never fails
	return h.Sum64()%uint64(s.Of) == uint64(s.Part-1)
}
