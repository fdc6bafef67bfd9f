package cli

import (
	"context"
	"encoding/pem"
	"fmt"
	"net/url"
	"strings"

	"lenswatch/client"
	"lenswatch/client/localfile"
	"lenswatch/client/localhttp"
)

// doctorRoute says what is on the way to a service: a proxy, or nothing that hides the key.
func doctorRoute(svc client.Service) (out []checkResult) {
	u, err := url.Parse(svc.Endpoint())
	if err != nil {
		return nil
	}
	if p, ok := svc.(client.Proxied); ok && p.Proxy() != "" {
		out = append(out, checkResult{what: "proxy", found: p.Proxy() + ", from " + strings.ToUpper(u.Scheme) + "_PROXY; NO_PROXY names hosts that need none"})
	}
	if u.Scheme == "http" && !localhttp.LoopbackHost(u.Hostname()) {
		out = append(out, checkResult{
			what: "encryption", warn: true,
			found: "none: the API key is sent unencrypted to " + u.Host + "; use https://",
		})
	}
	return out
}

// fewFiles is how many open files are few: each session takes one, and lenswatch itself some ten.
const fewFiles = 128

// doctorMachine checks what this machine allows: files, and the authorities that it trusts.
func doctorMachine(ctx context.Context, env Env) (out []checkResult) {
	if limit, ok := client.FileLimit(); ok && limit < fewFiles {
		out = append(out, checkResult{what: "open files", found: fmt.Sprintf("limit %d is low (one per session); raise it with `ulimit -n 4096`", limit), warn: true})
	}
	file := env.Getenv("SSL_CERT_FILE")
	if file == "" {
		return out
	}
	f := checkResult{what: "certificates", found: "from SSL_CERT_FILE, " + client.Line1(file)}
	switch n, err := certificatesIn(ctx, file); {
	case err != nil:
		f.warn, f.found = true, "can't read SSL_CERT_FILE, so no private CA is trusted: "+client.Line1(err.Error())
	case n == 0:
		f.warn, f.found = true, f.found+": it holds no certificate in PEM form"
	}
	return append(out, f)
}

// maxAuthorities bounds what is read of a file of certificates, in bytes.
const maxAuthorities = 16 << 20

func certificatesIn(ctx context.Context, name string) (n int, err error) {
	text, err := localfile.Read(ctx, name, maxAuthorities)
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			n++
		}
	}
	return n, err
}
