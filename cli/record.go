package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/recording"
	"lenswatch/watch/recorder"
)

// recordOptions are the flags of a recording.
type recordOptions struct {
	file        string
	maxSize     config.Bytes
	maxFileSize config.Bytes // the size that the settings have
}

func (o *recordOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.file, "record", "", "record to this new `file`; compressed if the name ends in .zst")
	cmd.Flags().Var(&o.maxSize, "record-max-size", "start a new file at this size, such as 100MiB (0: no limit)")
	completesFile(cmd, "record")
}

func (o *recordOptions) options() recorder.Options {
	return recorder.Options{Lenswatch: buildVersion().Version, MaxSize: int64(cmp.Or(o.maxSize, o.maxFileSize))}
}

// openedRecording is a recording of a screen before the screen is there.
type openedRecording struct {
	options  recorder.Options
	recorder *recorder.Recorder // nil if nothing is recorded from the start
}

// open opens the file, if there is one, so that what is wrong with it is said before the screen is drawn.
func (o *recordOptions) open(env Env, services []client.Service) (out openedRecording, err error) {
	settings, err := env.config()
	if err != nil {
		return out, err
	}
	o.maxFileSize = settings.Record.MaxSize
	out.options = o.options()
	if o.file == "" {
		return out, nil
	}
	var known []recording.Service
	for _, s := range services {
		known = append(known, recording.Service{Name: s.Name(), Endpoint: s.Endpoint()})
	}
	if out.recorder, err = recorder.Open(o.file, out.options, known); err != nil {
		return out, fileError(fmt.Errorf("--record: %w", err))
	}
	return out, nil
}

// incomplete is err, or where the command would end well, that its recording is incomplete, which was
// said by then.
func incomplete(r *recorder.Recorder, err error) error {
	if r == nil || ExitCode(err) != ExitOK {
		return err
	}
	switch p := r.State(); {
	case p.Err != nil:
		return reportedError{fmt.Errorf("the recording is incomplete: %w", p.Err)}
	case p.Lost+p.LostEntries > 0:
		return reportedError{errors.New("the recording is incomplete: events were left out")}
	}
	return err
}
