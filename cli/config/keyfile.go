package config

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"lenswatch/client/localfile"
	"lenswatch/watch/atomicfile"
)

// maxKey is the longest key that is read, in bytes.
const maxKey = 16 << 10

// readKeyFile reads the account's file; empty if there is none.
func readKeyFile(ctx context.Context, a Account) (string, error) {
	if a.File == "" {
		return "", nil
	}
	f, err := localfile.Open(a.File)
	if errors.Is(err, fs.ErrNotExist) && !a.NamedFile {
		return "", nil
	}
	if err != nil {
		return "", noKey(a, fmt.Sprintf("can't read the key file: %v", err))
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", noKey(a, fmt.Sprintf("can't read the key file: %v", err))
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return "", noKey(a, fmt.Sprintf("others may read %s (mode %04o), so lenswatch does not; run: chmod 600 %q",
			a.File, info.Mode().Perm(), a.File))
	}
	if err := localfile.Own(a.File, info); err != nil {
		return "", noKey(a, err.Error())
	}
	data, err := localfile.ReadFrom(ctx, f, maxKey)
	switch {
	case errors.Is(err, localfile.ErrTooLarge):
		return "", noKey(a, a.File+" is too large for a key file")
	case err != nil:
		return "", noKey(a, fmt.Sprintf("can't read the key file: %v", err))
	}
	key, err := oneLine(string(data))
	if err != nil {
		return "", noKey(a, fmt.Sprintf("%s holds %v", a.File, err))
	}
	return key, nil
}

// WriteKeyFile puts a key into the account's file, in place of an older one. Only its owner may
// read it, from the first moment on.
func WriteKeyFile(a Account, key string) error {
	if err := os.MkdirAll(filepath.Dir(a.File), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(a.File, []byte(key+"\n"))
}

func removeKeyFile(a Account) (bool, error) {
	if a.File == "" {
		return false, nil
	}
	err := os.Remove(a.File)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// KeyFile is the file of a service's key: the one that the settings name, with ~ for the home
// folder and seen from the folder of the settings, else SERVICE.key in that folder. named reports
// which; the path is empty if there is no folder.
func (s *Settings) KeyFile(service, setting string, home string) (path string, named bool) {
	dir := filepath.Dir(s.File)
	switch {
	case setting == "" && s.File == "":
		return "", false
	case setting == "":
		return filepath.Join(dir, service+".key"), false
	case home != "" && len(setting) > 1 && setting[0] == '~' && os.IsPathSeparator(setting[1]):
		return filepath.Join(home, setting[2:]), true
	case !filepath.IsAbs(setting):
		return filepath.Join(dir, setting), true
	}
	return setting, true
}
