package simulator

import (
	"math"
	"math/rand/v2"
	"strings"
)

// answer is what a lens has to say, before it takes the shape of a payload variant.
type answer struct {
	text   string
	label  string
	scores []score     // fractions, 1 in all
	vector [][]float64 // channels by dimensions
}

type score struct {
	label string
	value float64
}

// storyteller yields the sentences of a scene, all of them before any comes again.
type storyteller struct {
	scene scene
	rng   *rand.Rand
	deck  []int
}

func (t *storyteller) next() string {
	if len(t.deck) == 0 {
		t.deck = t.rng.Perm(len(t.scene.sentences))
	}
	s := t.scene.sentences[t.deck[0]]
	t.deck = t.deck[1:]
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			break
		}
		slot, after, _ := strings.Cut(rest, "}")
		fills := t.scene.slots[slot]
		fill := fills[t.rng.IntN(len(fills))]
		if said := b.String(); said != "" && !strings.HasSuffix(said, ". ") && !strings.HasSuffix(said, "Alert: ") {
			fill = lowerArticle(fill)
		}
		b.WriteString(fill)
		s = after
	}
	return b.String()
}

// lowerArticle makes "A worker" fit into the middle of a sentence.
func lowerArticle(s string) string {
	for _, word := range []string{"A ", "An ", "One ", "The ", "Someone "} {
		if strings.HasPrefix(s, word) {
			return strings.ToLower(s[:1]) + s[1:]
		}
	}
	return s
}

// machineStates are the classes of the machine-state lens, and where each of them leads: weights
// by class.
var machineStates = []struct {
	label string
	next  []float64
}{
	{"idle", []float64{0, 1, 0, 0}},
	{"normal", []float64{0.35, 0, 0.4, 0.25}},
	{"high_load", []float64{0, 0.7, 0, 0.3}},
	{"bearing_wear", []float64{0.5, 0.5, 0, 0}},
}

// machine drifts between states. Its scores cross over a few windows, as those of a classifier do
// whose window still holds the old state.
type machine struct {
	rng    *rand.Rand
	state  int
	dwell  int // windows left in this state
	logits []float64
}

func newMachine(rng *rand.Rand) *machine {
	return &machine{rng: rng, state: 1, dwell: 12, logits: []float64{0, 3, 0, -1}}
}

func (m *machine) next() answer {
	if m.dwell--; m.dwell <= 0 {
		m.state = m.choose(machineStates[m.state].next)
		m.dwell = 10 + m.rng.IntN(25)
	}
	weights, sum := make([]float64, len(m.logits)), 0.0
	for i := range m.logits {
		target := 0.0
		if i == m.state {
			target = 3.4
		}
		m.logits[i] += 0.35*(target-m.logits[i]) + 0.3*m.rng.NormFloat64()
		weights[i] = math.Exp(m.logits[i])
		sum += weights[i]
	}
	best, rest := 0, 1.0
	a := answer{scores: make([]score, len(weights))}
	for i, w := range weights {
		v := math.Round(w/sum*1000) / 1000
		a.scores[i] = score{machineStates[i].label, v}
		rest -= v
		if w > weights[best] {
			best = i
		}
	}
	a.scores[best].value = math.Round((a.scores[best].value+rest)*1000) / 1000
	a.label = a.scores[best].label
	a.text = a.label
	return a
}

func (m *machine) choose(weights []float64) int {
	x := m.rng.Float64()
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return 1
}

// The shape of an embedding.
const (
	embeddingChannels = 4
	embeddingSize     = 768
)

// walk is an embedding that moves a little from window to window.
type walk struct {
	rng   *rand.Rand
	point [][]float64
}

func newWalk(rng *rand.Rand) *walk {
	w := &walk{rng: rng, point: make([][]float64, embeddingChannels)}
	for c := range w.point {
		w.point[c] = make([]float64, embeddingSize)
		for i := range w.point[c] {
			w.point[c][i] = rng.NormFloat64()
		}
	}
	return w
}

func (w *walk) next() answer {
	out := make([][]float64, len(w.point))
	for c, channel := range w.point {
		out[c] = make([]float64, len(channel))
		for i := range channel {
			channel[i] = 0.98*channel[i] + 0.2*w.rng.NormFloat64()
			out[c][i] = math.Round(channel[i]*1e4) / 1e4
		}
	}
	return answer{vector: out}
}
