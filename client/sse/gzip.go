package sse

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// Nothing compressed is requested; some proxies compress all the same. gzip is decoded as it arrives: what was flushed
// is there at once. Memory is bounded as without it: no more is unpacked than is read.

// gzipped reports whether an answer is compressed in the one way that is decoded.
func gzipped(resp *http.Response) bool {
	coding := resp.Header.Get("Content-Encoding")
	return strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip")
}

// A gunzip is the body of an answer, unpacked. The header of the format is read with the first bytes.
type gunzip struct {
	io.ReadCloser
	r *gzip.Reader
}

func (g *gunzip) Read(p []byte) (int, error) {
	if g.r == nil {
		r, err := gzip.NewReader(g.ReadCloser)
		if err != nil {
			return 0, err
		}
		g.r = r
	}
	return g.r.Read(p)
}
