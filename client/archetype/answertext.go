package archetype

import (
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/client/rest"
)

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
