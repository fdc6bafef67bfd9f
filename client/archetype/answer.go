package archetype

import (
	"cmp"
	"math"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
)

const (
	// maxScores is how many classes of one answer are retained, and textScores how many of them stand
	// in its text. Event.Raw has them all.
	maxScores  = 256
	textScores = 8

	// maxDims is how deep the lists of an embedding may be nested.
	maxDims = 8
)

// answer is the part of a payload that a person waits for, in one of the forms that were seen.
type answer struct {
	parts  []string // strings
	one    [1]string
	label  string
	scores []client.Score     // NaN for a number that nothing can be reckoned with
	digits [textScores]string // of the first scores, as they came
	more   int                // classes beyond maxScores

	shape  []int
	square float64 // sum of the squares of an embedding
	odd    int     // numbers of it that nothing can be reckoned with, such as NaN
	ragged bool

	json  span // what has none of the forms
	null  bool
	empty bool
}

// readAnswer reads the next value by its kind.
func (s *scan) readAnswer() error {
	s.answer = answer{}
	switch s.dec.PeekKind() {
	case '"':
		return s.readString()
	case '[':
		return s.readArray()
	case '{':
		return s.readObject()
	case 'n':
		s.answer.null = true
		return s.dec.SkipValue()
	}
	v, err := s.dec.ReadValue()
	s.answer.json = s.last(len(v))
	return err
}

func (s *scan) readString() error {
	v, err := s.dec.ReadValue()
	if err != nil {
		return err
	}
	a := &s.answer
	if a.parts == nil {
		a.parts = a.one[:0]
	}
	if len(a.parts) < maxParts {
		a.parts = append(a.parts, s.share(inside(clip(v))))
	}
	return nil
}

// readArray reads a list: of strings, of a label and its scores, or of numbers. Any other is stored
// as JSON.
func (s *scan) readArray() error {
	a := &s.answer
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	start := s.dec.InputOffset() - 1
	items, odd := 0, false
	for ; s.dec.PeekKind() != ']'; items++ {
		var err error
		switch kind := s.dec.PeekKind(); {
		case kind == '"' && a.scores == nil:
			err = s.readString()
		case kind == '{' && a.scores == nil && items == len(a.parts) && items <= 1:
			var fits bool
			fits, err = s.readScores()
			odd = odd || !fits
		case (kind == '0' || kind == '[') && items == 0:
			return s.readNumbers(start)
		default:
			odd, err = true, s.dec.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	switch {
	case odd:
		*a = answer{json: s.since(start, '[')}
	case items == 0:
		a.empty = true
	case a.scores != nil && len(a.parts) == 1:
		a.label, a.parts = a.parts[0], nil
	}
	return nil
}

// readObject reads an object: one that names its class, or scores by class. Any other is stored as
// JSON.
func (s *scan) readObject() error {
	start := s.dec.InputOffset()
	fits, err := s.readScores()
	if err != nil {
		return err
	}
	if a := &s.answer; !fits && a.label == "" {
		*a = answer{json: s.since(start, '{')}
	}
	return nil
}

// labelNames are the members by which an object names its class, the best first.
var labelNames = []string{"class_name", "label", "prediction"}

// readScores reads an object of numbers into the scores, and the label of one that has a member
// for it. It reports whether the object was either.
func (s *scan) readScores() (bool, error) {
	a := &s.answer
	if _, err := s.dec.ReadToken(); err != nil {
		return false, err
	}
	numbers, best := true, len(labelNames)
	scores := make([]client.Score, 0, 4)
	for s.dec.PeekKind() != '}' {
		name, err := s.dec.ReadValue()
		if err != nil {
			return false, err
		}
		class := s.share(inside(name))
		v, err := s.dec.ReadValue()
		if err != nil {
			return false, err
		}
		switch rank := slices.Index(labelNames, class); {
		case v.Kind() == '0' && len(scores) < maxScores:
			digits := s.str(s.last(len(v)))
			value, ok := rest.ParseNumber(digits)
			if !ok {
				value = math.NaN()
			}
			if len(scores) < textScores {
				a.digits[len(scores)] = digits
			}
			scores = append(scores, client.Score{Label: client.Line1(class), Value: value})
		case v.Kind() == '0':
			a.more++
		default:
			numbers = false
			if v.Kind() == '"' && rank >= 0 && rank < best {
				best, a.label = rank, s.share(inside(v))
			}
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return false, err
	}
	if numbers && len(scores) > 0 {
		a.scores = scores
		return true, nil
	}
	return a.label != "", nil
}

// readNumbers reads the rest of an array that began, at start, with a number or a list: an
// embedding, if all in it is numbers and lists of numbers. Missing numbers (null) count as zero.
func (s *scan) readNumbers(start int64) error {
	a := &s.answer
	var counts [maxDims]int
	depth, odd, total := 0, false, 0
	dims := make([]int, 0, 2)
	for depth >= 0 {
		token, err := s.dec.ReadToken()
		if err != nil {
			return err
		}
		switch token.Kind() {
		case '[':
			if depth+1 >= maxDims {
				odd = true
			} else {
				counts[depth]++
				counts[depth+1] = 0
			}
			depth++
		case ']':
			if depth < maxDims {
				dims, a.ragged = noteDim(dims, depth, counts[depth], a.ragged)
			}
			depth--
		case '0', 'n':
			if depth < maxDims {
				counts[depth]++
			}
			total++
			a.addToNorm(s.number(token))
		default:
			odd = true
		}
	}
	if odd || total == 0 {
		*a = answer{json: s.since(start, '[')}
		return nil
	}
	a.shape = dims
	if a.ragged {
		a.shape = []int{total}
	}
	return nil
}

// number is the value of a number that was just read, NaN for one that nothing can be reckoned with, and 0 for null.
func (s *scan) number(token jsontext.Token) float64 {
	if token.Kind() == 'n' {
		return 0
	}
	f, err := token.Float()
	if end := s.dec.InputOffset(); err != nil || s.src[end-1] == 'N' || s.src[end-1] == 'y' {
		return math.NaN()
	}
	return f
}

func (a *answer) addToNorm(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		a.odd++
		return
	}
	a.square += f * f
}

// noteDim notes that a list at a depth had n items.
func noteDim(dims []int, depth, n int, ragged bool) ([]int, bool) {
	for len(dims) <= depth {
		dims = append(dims, -1)
	}
	if dims[depth] >= 0 && dims[depth] != n {
		ragged = true
	}
	dims[depth] = n
	return dims, ragged
}

// result is what can be drawn of the answer.
func (a *answer) result(r *client.Result) {
	r.Label = client.Line1(a.label)
	r.Scores = finite(a.scores)
	r.Unit = unitOf(a.scores)
	r.Shape = a.shape
	if len(a.shape) > 0 && a.odd == 0 && !math.IsInf(a.square, 0) {
		r.Norm = math.Sqrt(a.square)
	}
	if r.Label == "" && len(r.Scores) > 0 {
		r.Label = slices.MaxFunc(r.Scores, func(x, y client.Score) int { return cmp.Compare(x.Value, y.Value) }).Label
	}
}

// finite are the scores that can be drawn.
func finite(scores []client.Score) []client.Score {
	odd := func(s client.Score) bool { return math.IsNaN(s.Value) }
	if !slices.ContainsFunc(scores, odd) {
		return scores
	}
	return slices.DeleteFunc(slices.Clone(scores), odd)
}

// drawable reports whether the answer has more than text.
func (a *answer) drawable() bool { return a.label != "" || len(a.scores) > 0 || len(a.shape) > 0 }
