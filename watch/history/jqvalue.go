package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"lenswatch/client"
)

var (
	errNoJSON = errors.New("it is not JSON")
	// errPayload is for a payload that is not looked into.
	errPayload = fmt.Errorf("the payload is too large for jq filters (over %d KiB, %d values or %d levels)", maxChars>>10, maxValues, client.MaxDepth)
)

// jqValue is a payload as gojq has it, within what a value may be. Numbers stay as they are spelt, as
// ids may have more digits than a float64, unless no id has so many.
// Members of objects that r does not have are left out.
func jqValue(raw []byte, r *reads) (any, error) {
	if len(raw) > maxChars || client.DeeperThan(raw, client.MaxDepth) {
		return nil, errPayload
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	left := maxValues
	v, err := readPart(dec, r, &left)
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errNoJSON
	}
	return v, nil
}

// maxDigits is the longest number that is retained as it is spelt.
const maxDigits = 64

func readValue(dec *jsontext.Decoder, left *int) (any, error) {
	if *left--; *left < 0 {
		return nil, errPayload
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return nil, errNoJSON
	}
	switch tok.Kind() {
	case 't', 'f':
		return tok.Bool(), nil
	case '"':
		return tok.String(), nil
	case '0':
		if text := tok.String(); len(text) <= maxDigits {
			return json.Number(text), nil
		}
		f, _ := tok.Float() // its error is a number that is too large, which is infinite
		return f, nil
	case '[':
		list := []any{}
		for dec.PeekKind() != ']' {
			v, err := readValue(dec, left)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := dec.ReadToken()
		return list, err
	case '{':
		object := map[string]any{}
		for dec.PeekKind() != '}' {
			name, err := dec.ReadToken()
			if err != nil {
				return nil, errNoJSON
			}
			member := name.String() // a token is good only until the next
			v, err := readValue(dec, left)
			if err != nil {
				return nil, err
			}
			object[member] = v
		}
		_, err := dec.ReadToken()
		return object, err
	}
	return nil, nil
}
