package archetype

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

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

// answerText is the answer for a person. Sentences keep their lines; all else is one line.
func (s *scan) answerText() string {
	a := &s.answer
	switch {
	case a.null:
		return "(no response)"
	case a.empty:
		return "(empty)"
	case len(a.scores) > 0:
		return a.scoreText()
	case len(a.shape) > 0:
		return a.embeddingText()
	case a.json.present():
		return client.Clean(compact(s.text(a.json)))
	case a.label != "":
		return client.Line1(a.label)
	case len(a.parts) == 1:
		return client.Clean(a.parts[0])
	}
	return client.Clean(strings.Join(a.parts, "\n"))
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

// exact is up to where a float64 holds every whole number.
const exact = 1 << 53

// scoreText is the label and the weights, in their unit: "walking (walking 63.1 %, sitting 36.9 %)". Weights that are
// not made percent of have the digits that they came with.
func (a *answer) scoreText() string {
	var r client.Result
	a.result(&r)
	b := make([]byte, 0, 64)
	b = append(b, r.Label...)
	b = append(b, " ("...)
	total := 0.0
	for _, s := range a.scores {
		total += s.Value
	}
	for i, s := range a.scores[:min(len(a.scores), textScores)] {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, s.Label...)
		b = append(b, ' ')
		switch r.Unit {
		case client.UnitFraction:
			b = strconv.AppendFloat(b, s.Value*100, 'f', 1, 64)
			b = append(b, " %"...)
		case client.UnitPercent:
			b = strconv.AppendFloat(b, s.Value, 'f', 1, 64)
			b = append(b, " %"...)
		default:
			b = append(b, client.Line1(a.digits[i])...)
			if r.Unit == client.UnitVotes && total < exact {
				b = append(b, '/')
				b = strconv.AppendFloat(b, total, 'f', 0, 64)
			}
		}
	}
	if rest := len(a.scores) - textScores + a.more; rest > 0 {
		b = append(b, ", and "...)
		b = strconv.AppendInt(b, int64(rest), 10)
		b = append(b, " more"...)
	}
	return string(append(b, ')'))
}

func (a *answer) embeddingText() string {
	b := append(make([]byte, 0, 48), "embedding "...)
	for i, n := range a.shape {
		if i > 0 {
			b = append(b, 'x')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	if a.ragged {
		b = append(b, " in uneven rows"...)
	}
	switch {
	case a.odd > 0:
		b = append(b, ", with "...)
		b = strconv.AppendInt(b, int64(a.odd), 10)
		b = append(b, " values that are no number"...)
	case math.IsInf(a.square, 0):
		b = append(b, ", norm too large"...)
	default:
		b = append(b, ", norm "...)
		b = strconv.AppendFloat(b, math.Sqrt(a.square), 'g', 4, 64)
	}
	return string(b)
}

// How far the sum of scores may be from 1 or 100 and still be fractions or percent: services round
// each score.
const (
	fractionSlack = 0.02
	percentSlack  = 1.0
)

// unitOf infers what scores are counted in, which no service says: about 1 in all is fractions,
// about 100 percent, whole numbers are votes.
func unitOf(scores []client.Score) client.Unit {
	sum, whole := 0.0, true
	for _, s := range scores {
		if s.Value < 0 || math.IsNaN(s.Value) {
			return client.UnitNone
		}
		sum += s.Value
		whole = whole && s.Value == math.Trunc(s.Value)
	}
	switch {
	case sum == 0:
		return client.UnitNone
	case math.Abs(sum-1) <= fractionSlack:
		return client.UnitFraction
	case math.Abs(sum-100) <= percentSlack:
		return client.UnitPercent
	case whole:
		return client.UnitVotes
	}
	return client.UnitNone
}

// compact is a JSON text without its white space. Python's NaN and Infinity may be in it.
func compact(v []byte) string {
	if len(v) > maxClip {
		return string(v[:maxClip])
	}
	c := jsontext.Value(v).Clone()
	if c.Compact(lenientTokens...) == nil {
		return string(c)
	}
	out := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case ' ', '\t', '\r', '\n':
		case '"':
			end := min(rest.StringEnd(v, i)+1, len(v))
			out = append(out, v[i:end]...)
			i = end - 1
		default:
			out = append(out, v[i])
		}
	}
	return string(out)
}
