package scenarios

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"

	"lenswatch/cli/config"
)

// noKeyring is a keyring that holds nothing.
type noKeyring struct{}

func (noKeyring) Get(string, string) (string, error) { return "", config.ErrNotStored }
func (noKeyring) Set(string, string, string) error   { return config.ErrNoKeyring }
func (noKeyring) Delete(string, string) error        { return config.ErrNotStored }

// certificate is one that nobody signed; "expired" for one whose time is over too.
func certificate(why string, now time.Time) *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	of := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "lens.test"}, DNSNames: []string{"lens.test", "localhost"},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
	}
	if why == "expired" {
		of.NotAfter = now.AddDate(0, 0, -3)
	}
	der, err := x509.CreateCertificate(rand.Reader, &of, &of, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}
