package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/localfile"
	"lenswatch/client/rest"
	"lenswatch/client/units"
)

const (
	// maxRow is the longest row that is fed, in bytes.
	maxRow = 1 << 20
	// defaultRowInterval is the fastest pace at which the service was seen to take every push (control notes: "more than
	// about one push a second was seen to be dropped").
	defaultRowInterval = time.Second
)

func newFeed(env Env) *cobra.Command {
	var every time.Duration
	c := sessionCommand(env, &cobra.Command{
		Use:   "feed session file",
		Short: "Send the rows of a local csv or jsonl file to a running session",
		Long: `feed sends rows as input, one at a time, and prints how many were accepted. It shows whether the lens or its input is
at fault: if results arrive while rows are fed, the lens works.

The first row of a csv file has the column names; each further row is sent as a JSON object. A jsonl file has one JSON
value per line. "-" reads jsonl from standard input.`,
		Example: "lenswatch sessions feed lsn-251207a89f948ed4e30d8f80aaba77 rows.csv\n" +
			"lenswatch sessions feed \"$session\" - --every 2s < rows.jsonl",
		Args: oneSession(1, "a session ID and a file"),
	}, func(ctx context.Context, svc client.Service, id string, rest []string) error {
		if every <= 0 {
			return usagef("--every must be a duration above 0, such as 1s")
		}
		return feed(ctx, env, svc, id, rest[0], every)
	})
	c.Flags().DurationVar(&every, "every", defaultRowInterval, "time between two rows, such as 500ms; the service may drop rows that arrive faster than 1s")
	return c
}

func feed(ctx context.Context, env Env, svc client.Service, id, path string, every time.Duration) error {
	control, err := controller(svc)
	if err != nil {
		return err
	}
	in, name := localfile.Reader(ctx, env.Stdin), "standard input"
	if path != "-" {
		f, err := localfile.Open(path)
		if err != nil {
			return fileError(err)
		}
		defer f.Close()
		in, name = localfile.Reader(ctx, f), path
	}
	next := jsonRows(in)
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		if next, err = csvRows(in); err != nil {
			return usagef("%s: %w", name, err)
		}
	}
	sent := 0
	for {
		row, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return usagef("%s, row %d: %w", name, sent+1, err)
		}
		if sent > 0 {
			if err := rest.Sleep(ctx, every); err != nil {
				return err
			}
		}
		if err := control.Push(ctx, id, row); err != nil {
			return fmt.Errorf("row %d, after %d were accepted: %w", sent+1, sent, err)
		}
		sent++
		fmt.Fprintf(env.Stderr, "lenswatch: row %d accepted\n", sent)
	}
	if sent == 0 {
		return usagef("%s has no rows", name)
	}
	_, err = fmt.Fprintf(env.Stdout, "%s fed to %s\n", units.Plural(int64(sent), "row"), id)
	return err
}

// jsonRows reads one JSON value per line. Empty lines are passed over.
func jsonRows(r io.Reader) func() ([]byte, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxRow)
	return func() ([]byte, error) {
		for lines.Scan() {
			row := lines.Bytes()
			if len(row) == 0 {
				continue
			}
			if !json.Valid(row) {
				return nil, errors.New("not JSON")
			}
			return row, nil
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
}

// csvRows reads rows as JSON objects, by the names in the first row. Numbers are sent as numbers.
func csvRows(r io.Reader) (func() ([]byte, error), error) {
	rows := csv.NewReader(r)
	read := func() ([]string, error) {
		cells, err := rows.Read()
		if all := strings.Join(cells, ""); err == nil && (!utf8.ValidString(all) || strings.ContainsRune(all, 0)) {
			return nil, errors.New("not text in UTF-8")
		}
		return cells, err
	}
	names, err := read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	return func() ([]byte, error) {
		cells, err := read()
		if err != nil {
			return nil, err
		}
		object := make(map[string]any, len(cells))
		for i, cell := range cells {
			object[names[i]] = cell
			if _, err := strconv.ParseFloat(cell, 64); err == nil && json.Valid([]byte(cell)) {
				object[names[i]] = json.Number(cell)
			}
		}
		return json.Marshal(object)
	}, nil
}
