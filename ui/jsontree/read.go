package jsontree

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
	"lenswatch/ui/draw"
)

var (
	errTrailing = errors.New("more text after the end")
	errEnough   = errors.New("enough was read")
)

// faultText says why a payload was not read to its end.
func faultText(err error) string {
	var syntax *jsontext.SyntacticError
	if errors.Is(err, errEnough) {
		return "only the first " + draw.Count(maxValues) + " values are read"
	}
	if errors.As(err, &syntax) {
		return fmt.Sprintf("not JSON from byte %s on: %s", draw.Count(syntax.ByteOffset), client.Line1(syntax.Err.Error()))
	}
	return "not JSON: " + client.Line1(err.Error())
}

// read makes the nodes. It has no recursion, and the decoder bounds the depth.
func (t *Tree) read() error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(t.raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var open []int // the arrays and objects around the next token
	for {
		kind := dec.PeekKind()
		if kind == jsontext.KindEndObject || kind == jsontext.KindEndArray {
			if _, err := dec.ReadToken(); err != nil {
				return err
			}
			last := open[len(open)-1]
			t.nodes[last].closed = true
			t.end(last)
			open = open[:len(open)-1]
		} else if err := t.value(dec, &open); err != nil {
			for _, i := range open {
				t.end(i)
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
// before. Where enough is retained, it is only counted.
func (t *Tree) value(dec *jsontext.Decoder, open *[]int) error {
	if t.values++; t.values > maxValues {
		return errEnough
	}
	n := node{depth: len(*open), closed: true}
	keep := len(t.nodes) < maxNodes
	if len(*open) > 0 {
		in := &t.nodes[(*open)[len(*open)-1]]
		keep = keep && in.retained < maxItems
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
		in := &t.nodes[(*open)[len(*open)-1]]
		in.count(n.kind)
		in.retained++
	}
	t.nodes = append(t.nodes, n)
	if t.nodes[len(t.nodes)-1].after = len(t.nodes); !n.closed {
		*open = append(*open, len(t.nodes)-1)
	}
	return nil
}

func endingAt(dec *jsontext.Decoder, n int) extent {
	end := int(dec.InputOffset())
	return extent{end - n, end}
}

// count adds an item of a kind.
func (n *node) count(kind jsontext.Kind) {
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

// end completes an array or object.
func (t *Tree) end(i int) {
	n := &t.nodes[i]
	n.after = len(t.nodes)
	n.folded = n.items > 0 && (n.depth > foldDepth || n.kind == jsontext.KindBeginArray && n.items > foldItems)
	if n.retained < n.items || n.retained == 0 || !n.closed {
		return
	}
	// The last item begins where the items before it end.
	last := i + 1
	for t.nodes[last].after < n.after {
		last = t.nodes[last].after
	}
	t.nodes[last].last = true
}
