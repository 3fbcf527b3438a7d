
use builtin;
use str;

set edit:completion:arg-completer[efloctl] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'efloctl'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'efloctl'= {
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand status 'Look once: a summary of each invocation and a table of its nodes'
            cand errors 'Look once: what failed, by error, with what it means and what to do'
            cand watch 'Poll until every invocation has finished, then exit with the verdict'
            cand explain 'Say what a status, an error code or an error text means, offline'
            cand demo 'Play a recorded rollout: no account, no network'
            cand doctor 'Check the set-up step by step: why it does not work, and what to do'
            cand config 'Write, find and show the config file'
            cand completions 'Print a completion script'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'efloctl;status'= {
            cand --node 'Ask about this node alone'
            cand --from 'Read a recording instead of asking; - is standard input. IDs then select among those recorded'
            cand -o 'Output format'
            cand --output 'Output format'
            cand --only 'Show nodes in these statuses alone'
            cand --max-nodes 'At most so many nodes an invocation in the table; 0 is all'
            cand --config 'Config file'
            cand -p 'Profile of the config file or of the official CLI'
            cand --profile 'Profile of the config file or of the official CLI'
            cand -r 'Region the file was sent in'
            cand --region 'Region the file was sent in'
            cand --endpoint 'Host, host:port or URL to call instead of the region''s'
            cand --retries 'Further attempts at an answer that did not come [default: 4]'
            cand --connect-timeout 'For the connection [default: 10s]'
            cand --request-timeout 'For one whole request [default: 60s]'
            cand --ca-file 'Certificates to trust besides the system''s, in PEM'
            cand --color 'When to use colour'
            cand --failed 'Show failed nodes alone'
            cand --exit-status 'Exit with the verdict; 8 while it is not finished'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;errors'= {
            cand --node 'Ask about this node alone'
            cand --from 'Read a recording instead of asking; - is standard input. IDs then select among those recorded'
            cand -o 'Output format'
            cand --output 'Output format'
            cand --config 'Config file'
            cand -p 'Profile of the config file or of the official CLI'
            cand --profile 'Profile of the config file or of the official CLI'
            cand -r 'Region the file was sent in'
            cand --region 'Region the file was sent in'
            cand --endpoint 'Host, host:port or URL to call instead of the region''s'
            cand --retries 'Further attempts at an answer that did not come [default: 4]'
            cand --connect-timeout 'For the connection [default: 10s]'
            cand --request-timeout 'For one whole request [default: 60s]'
            cand --ca-file 'Certificates to trust besides the system''s, in PEM'
            cand --color 'When to use colour'
            cand --exit-status 'Exit with the verdict; 8 while it is not finished'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;watch'= {
            cand --node 'Ask about this node alone'
            cand --from 'Read a recording instead of asking; - is standard input. IDs then select among those recorded'
            cand -o 'Output format'
            cand --output 'Output format'
            cand --interval 'From the start of one poll to the start of the next, 1s to 5m [default: 5s]'
            cand --timeout 'How long at most; 0 is without end [default: 30m]'
            cand --grace 'How long an id may be unknown at first [default: 30s]'
            cand --record 'Append every answer that differs from the last to a file'
            cand --config 'Config file'
            cand -p 'Profile of the config file or of the official CLI'
            cand --profile 'Profile of the config file or of the official CLI'
            cand -r 'Region the file was sent in'
            cand --region 'Region the file was sent in'
            cand --endpoint 'Host, host:port or URL to call instead of the region''s'
            cand --retries 'Further attempts at an answer that did not come [default: 4]'
            cand --connect-timeout 'For the connection [default: 10s]'
            cand --request-timeout 'For one whole request [default: 60s]'
            cand --ca-file 'Certificates to trust besides the system''s, in PEM'
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;explain'= {
            cand -o 'Output format'
            cand --output 'Output format'
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;demo'= {
            cand -o 'Output format'
            cand --output 'Output format'
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;doctor'= {
            cand -o 'Output format'
            cand --output 'Output format'
            cand --config 'Config file'
            cand -p 'Profile of the config file or of the official CLI'
            cand --profile 'Profile of the config file or of the official CLI'
            cand -r 'Region the file was sent in'
            cand --region 'Region the file was sent in'
            cand --endpoint 'Host, host:port or URL to call instead of the region''s'
            cand --retries 'Further attempts at an answer that did not come [default: 4]'
            cand --connect-timeout 'For the connection [default: 10s]'
            cand --request-timeout 'For one whole request [default: 60s]'
            cand --ca-file 'Certificates to trust besides the system''s, in PEM'
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;config'= {
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand init 'Write a first config file, readable by its owner alone'
            cand show 'Show the settings in effect and where each came from; secrets masked'
            cand path 'Say where the config file is'
            cand list 'List the profiles, the one in use marked'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'efloctl;config;init'= {
            cand -p 'Name of the profile [default: ops]'
            cand --profile 'Name of the profile [default: ops]'
            cand -r 'Region of the profile'
            cand --region 'Region of the profile'
            cand --access-key-id 'AccessKey id; the secret is then read from standard input, never from the command line'
            cand --aliyun-profile 'Take the credentials of this profile of the official CLI'
            cand --config 'Config file'
            cand --color 'When to use colour'
            cand --force 'Replace a file that is there; a copy of it is kept'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;config;show'= {
            cand -o 'Output format'
            cand --output 'Output format'
            cand --config 'Config file'
            cand -p 'Profile of the config file or of the official CLI'
            cand --profile 'Profile of the config file or of the official CLI'
            cand -r 'Region the file was sent in'
            cand --region 'Region the file was sent in'
            cand --endpoint 'Host, host:port or URL to call instead of the region''s'
            cand --retries 'Further attempts at an answer that did not come [default: 4]'
            cand --connect-timeout 'For the connection [default: 10s]'
            cand --request-timeout 'For one whole request [default: 60s]'
            cand --ca-file 'Certificates to trust besides the system''s, in PEM'
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;config;path'= {
            cand --config 'Config file'
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;config;list'= {
            cand -o 'Output format'
            cand --output 'Output format'
            cand --config 'Config file'
            cand -p 'Profile of the config file or of the official CLI'
            cand --profile 'Profile of the config file or of the official CLI'
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;config;help'= {
            cand init 'Write a first config file, readable by its owner alone'
            cand show 'Show the settings in effect and where each came from; secrets masked'
            cand path 'Say where the config file is'
            cand list 'List the profiles, the one in use marked'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'efloctl;config;help;init'= {
        }
        &'efloctl;config;help;show'= {
        }
        &'efloctl;config;help;path'= {
        }
        &'efloctl;config;help;list'= {
        }
        &'efloctl;config;help;help'= {
        }
        &'efloctl;completions'= {
            cand --color 'When to use colour'
            cand -v 'Say what is being done; twice, show the requests too'
            cand --verbose 'Say what is being done; twice, show the requests too'
            cand -q 'Print the answer and errors alone'
            cand --quiet 'Print the answer and errors alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'efloctl;help'= {
            cand status 'Look once: a summary of each invocation and a table of its nodes'
            cand errors 'Look once: what failed, by error, with what it means and what to do'
            cand watch 'Poll until every invocation has finished, then exit with the verdict'
            cand explain 'Say what a status, an error code or an error text means, offline'
            cand demo 'Play a recorded rollout: no account, no network'
            cand doctor 'Check the set-up step by step: why it does not work, and what to do'
            cand config 'Write, find and show the config file'
            cand completions 'Print a completion script'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'efloctl;help;status'= {
        }
        &'efloctl;help;errors'= {
        }
        &'efloctl;help;watch'= {
        }
        &'efloctl;help;explain'= {
        }
        &'efloctl;help;demo'= {
        }
        &'efloctl;help;doctor'= {
        }
        &'efloctl;help;config'= {
            cand init 'Write a first config file, readable by its owner alone'
            cand show 'Show the settings in effect and where each came from; secrets masked'
            cand path 'Say where the config file is'
            cand list 'List the profiles, the one in use marked'
        }
        &'efloctl;help;config;init'= {
        }
        &'efloctl;help;config;show'= {
        }
        &'efloctl;help;config;path'= {
        }
        &'efloctl;help;config;list'= {
        }
        &'efloctl;help;completions'= {
        }
        &'efloctl;help;help'= {
        }
    ]
    $completions[$command]
}
