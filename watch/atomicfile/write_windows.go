package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
)

// Write puts data into the file of that path, in place of what was there. The temporary file stands
// next to it, under its name with a dot before and a number behind. renameio leaves Windows out.
func Write(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"*") // made with 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
