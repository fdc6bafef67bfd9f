package sse

import (
	"net"
	"net/http"
	"time"
)

// Times of NewTransport.
const (
	dialTimeout   = 10 * time.Second
	tlsTimeout    = 10 * time.Second
	headerTimeout = 30 * time.Second
	idleTimeout   = 90 * time.Second
	// A line that has been silent for probeIdle is probed; one that answers no probe is given up
	// after probeIdle + probeCount * probeInterval = 30 s.
	probeIdle     = 15 * time.Second
	probeInterval = 5 * time.Second
	probeCount    = 3
)

// NewTransport makes connections for event streams. Lookup and dialling together, the TLS handshake
// and the time to the response's header are limited, the stream itself is not. Nothing is
// compressed, because a compressor may hold events back. A half-open connection is found within
// 30 s, by TCP keep-alive probes or HTTP/2 pings. The proxy is http.ProxyFromEnvironment's.
//
// Each call returns a transport with connections of its own; one can serve many Sources.
func NewTransport() *http.Transport {
	dialer := &net.Dialer{
		Timeout: dialTimeout,
		KeepAliveConfig: net.KeepAliveConfig{
			Enable:   true,
			Idle:     probeIdle,
			Interval: probeInterval,
			Count:    probeCount,
		},
	}
	return &http.Transport{
		Proxy:                  proxyOf,
		OnProxyConnectResponse: proxyAnswered,
		DialContext:            dialAhead(dialer.DialContext),
		TLSHandshakeTimeout:    tlsTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		IdleConnTimeout:        idleTimeout,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: 256 << 10,
		WriteBufferSize:        512,     // requests are small
		ReadBufferSize:         2 << 10, // a flood is read ahead
		HTTP2: &http.HTTP2Config{
			SendPingTimeout: probeIdle,
			PingTimeout:     probeCount * probeInterval,
		},
	}
}
