package config

import (
	"errors"
	"path/filepath"
)

// Where the file is.
const (
	folder   = "lenswatch"
	fileName = "config.toml"
	// PathVariable names the variable of the environment that names another file.
	PathVariable = "LENSWATCH_CONFIG"
)

// Path is where the file is by default, by the XDG rules and those of the system: below
// $XDG_CONFIG_HOME if that is absolute, else below ~/.config; on macOS below ~/Library/Application
// Support, on Windows below %LOCALAPPDATA%. It fails if the environment names none of these.
func Path(getenv func(string) string, goos string) (string, error) {
	if dir := getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, folder, fileName), nil
	}
	switch home := getenv("HOME"); {
	case goos == "windows" && getenv("LOCALAPPDATA") != "":
		return filepath.Join(getenv("LOCALAPPDATA"), folder, fileName), nil
	case goos == "darwin" && home != "":
		return filepath.Join(home, "Library", "Application Support", folder, fileName), nil
	case goos != "windows" && home != "":
		return filepath.Join(home, ".config", folder, fileName), nil
	}
	return "", errors.New("no settings directory: set HOME, XDG_CONFIG_HOME or " + PathVariable)
}
