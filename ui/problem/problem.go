// Package problem says why something that a person asked for failed, and what can be done about it.
package problem

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"lenswatch/client"
	"lenswatch/watch"
)

// Reason is what an error says, without the request that it is of.
func Reason(err error) string {
	text := err.Error()
	if e, ok := errors.AsType[*client.Error](err); ok {
		text = strings.TrimPrefix(text, e.Op+": ")
	}
	return client.Line1(text)
}

// Advice is what can be done about a request that failed. It may have tokens for keys.
func Advice(err error) string {
	if errors.Is(err, watch.ErrBusy) {
		return "Wait for it to finish."
	}
	switch client.RemedyOf(err) {
	case client.RemedyQuota:
		return "Destroy a session, then try again."
	case client.RemedyRefused, client.RemedyNoKey:
		return "Check the API key."
	case client.RemedyNotFound:
		return "It may already be gone."
	case client.RemedyNetwork:
		return "Check the network and the endpoint."
	case client.RemedyRateLimited:
		return "Wait a moment."
	case client.RemedyServer:
		return "Try again later."
	}
	return "Run lenswatch doctor to find out more."
}

// Trouble is why something failed, and what can be done, below what was typed.
func Trouble(err error) string {
	if r := client.RemedyOf(err); r == client.RemedyRequest || r == client.RemedyNone { // it says what to correct
		return Sentence(Reason(err))
	}
	return Sentence(Reason(err)) + " " + Advice(err)
}

// Sentence is a text as a sentence of its own.
func Sentence(text string) string {
	if text == "" {
		return ""
	}
	first, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[n:], ".") + "."
}
