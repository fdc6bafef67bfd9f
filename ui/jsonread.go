package ui

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

var (
	errTrailing = errors.New("more text after the end")
	errEnough   = errors.New("enough was read")
)

// faultText says why a payload was not read to its end.
func faultText(err error) string {
	var syntax *jsontext.SyntacticError
	if errors.Is(err, errEnough) {
		return "only the first " + count(readValues) + " values are read"
	}
	if errors.As(err, &syntax) {
		return fmt.Sprintf("no JSON from byte %s on: %s", count(syntax.ByteOffset), client.Line1(syntax.Err.Error()))
	}
	return "no JSON: " + client.Line1(err.Error())
}

// read makes the nodes. It has no recursion, and the decoder bounds the depth.
func (j *jsonView) read() error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(j.raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var open []int // the arrays and objects around the next token
	for {
		kind := dec.PeekKind()
		if kind == jsontext.KindEndObject || kind == jsontext.KindEndArray {
			if _, err := dec.ReadToken(); err != nil {
				return err
			}
			last := open[len(open)-1]
			j.nodes[last].closed = true
			j.end(last)
			open = open[:len(open)-1]
		} else if err := j.value(dec, &open); err != nil {
			for _, i := range open {
				j.end(i)
			}
			return err
		}
		if len(open) == 0 {
			return trailing(dec)
		}
	}
}

func trailing(dec *jsontext.Decoder) error {
	switch _, err := dec.ReadToken(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return errTrailing
}

// value reads a value, or where it is an array or object, its beginning; in an object its name
// before. Where enough is kept, it is only counted.
func (j *jsonView) value(dec *jsontext.Decoder, open *[]int) error {
	if j.values++; j.values > readValues {
		return errEnough
	}
	n := jsonNode{depth: len(*open), closed: true}
	keep := len(j.nodes) < maxNodes
	if len(*open) > 0 {
		in := &j.nodes[(*open)[len(*open)-1]]
		keep = keep && in.loaded < maxItems
		if in.kind == jsontext.KindBeginObject {
			name, err := dec.ReadValue()
			if err != nil {
				return err
			}
			n.name = endingAt(dec, len(name))
		}
		n.kind = dec.PeekKind()
		if !keep {
			if err := dec.SkipValue(); err != nil {
				return err
			}
			in.count(n.kind)
			return nil
		}
	}
	n.kind = dec.PeekKind()
	if n.kind == jsontext.KindBeginObject || n.kind == jsontext.KindBeginArray {
		if _, err := dec.ReadToken(); err != nil {
			return err
		}
		n.closed = false
	} else {
		v, err := dec.ReadValue()
		if err != nil {
			return err
		}
		n.value, n.folded = endingAt(dec, len(v)), n.kind == jsontext.KindString
	}
	if len(*open) > 0 {
		in := &j.nodes[(*open)[len(*open)-1]]
		in.count(n.kind)
		in.loaded++
	}
	j.nodes = append(j.nodes, n)
	if j.nodes[len(j.nodes)-1].after = len(j.nodes); !n.closed {
		*open = append(*open, len(j.nodes)-1)
	}
	return nil
}

func endingAt(dec *jsontext.Decoder, n int) extent {
	end := int(dec.InputOffset())
	return extent{end - n, end}
}

// count notes an item of a kind.
func (n *jsonNode) count(kind jsontext.Kind) {
	if kind == jsontext.KindTrue {
		kind = jsontext.KindFalse
	}
	if n.items == 0 {
		n.of = kind
	} else if n.of != kind {
		n.of = jsontext.KindInvalid
	}
	n.items++
}

// end settles an array or object of which no more comes.
func (j *jsonView) end(i int) {
	n := &j.nodes[i]
	n.after = len(j.nodes)
	n.folded = n.items > 0 && (n.depth > foldDepth || n.kind == jsontext.KindBeginArray && n.items > foldItems)
	if n.loaded < n.items || n.loaded == 0 || !n.closed {
		return
	}
	// The last item begins where the items before it end.
	last := i + 1
	for j.nodes[last].after < n.after {
		last = j.nodes[last].after
	}
	j.nodes[last].last = true
}
