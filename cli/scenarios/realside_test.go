package scenarios

import (
	"context"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// serveReal serves a script by a real socket, and gives the environment of a program that is to use it.
func serveReal(t *testing.T, s *script) (env []string) {
	ctx, cancel := context.WithCancel(t.Context())
	v := newServer(ctx, s, time.Now(), "")
	hs := httptest.NewUnstartedServer(v)
	hs.Config.ErrorLog = log.New(io.Discard, "", 0)
	hs.Start()
	v.base = hs.URL
	t.Cleanup(func() { cancel(); hs.CloseClientConnections(); hs.Close() })
	home := t.TempDir()
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home,
		"ATAI_API_KEY=" + apiKey, "ATAI_API_ENDPOINT=" + hs.URL,
	}
}
