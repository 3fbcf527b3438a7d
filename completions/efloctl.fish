# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_efloctl_global_optspecs
    string join \n color= v/verbose q/quiet h/help V/version
end

function __fish_efloctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_efloctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_efloctl_using_subcommand
    set -l cmd (__fish_efloctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c efloctl -n "__fish_efloctl_needs_command" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_needs_command" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_needs_command" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_needs_command" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_needs_command" -s V -l version -d 'Print version'
complete -c efloctl -n "__fish_efloctl_needs_command" -f -a "help" -d 'Print the help of a command'
complete -c efloctl -n "__fish_efloctl_needs_command" -f -a "status" -d 'Look once: a summary and a table of the nodes'
complete -c efloctl -n "__fish_efloctl_needs_command" -f -a "errors" -d 'Look once: what failed, by error, and what to do'
complete -c efloctl -n "__fish_efloctl_needs_command" -f -a "watch" -d 'Poll until all have finished, then exit with the verdict'
complete -c efloctl -n "__fish_efloctl_needs_command" -f -a "explain" -d 'Say what a status, an error code or an error text means, offline'
complete -c efloctl -n "__fish_efloctl_needs_command" -f -a "demo" -d 'Play a recorded rollout: no account, no network'
complete -c efloctl -n "__fish_efloctl_needs_command" -f -a "doctor" -d 'Check the set-up step by step, and say what to do'
complete -c efloctl -n "__fish_efloctl_needs_command" -f -a "config" -d 'Write, find and show the config file'
complete -c efloctl -n "__fish_efloctl_needs_command" -f -a "completions" -d 'Print a completion script'
complete -c efloctl -n "__fish_efloctl_using_subcommand help" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand help" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand help" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand help" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l node -d 'Ask about this node alone' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l from -d 'Read a recording instead; - is stdin' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -s o -l output -d 'Output: table, json, jsonl, tsv, ids or raw' -r -f -a "table\t'for people'
json\t'one document'
jsonl\t'a line a node or an event'
tsv\t'tab-separated, no header'
ids\t'node ids, one a line'
raw\t'the API\'s own answer, byte for byte'"
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l only -d 'Show nodes in these statuses alone, such as Failed' -r -f -a "Pending\t''
Running\t''
Success\t''
Invalid\t''
Aborted\t''
Failed\t''
Error\t''
Timeout\t''
Unknown\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l max-nodes -d 'At most so many rows an invocation; 0 is all' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l config -d 'Config file' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -s p -l profile -d 'Profile of the config file or the official CLI' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -s r -l region -d 'Region the file was sent in' -r -f -a "cn-wulanchabu\t'Ulanqab'
cn-beijing\t'Beijing'
cn-shanghai\t'Shanghai'
cn-hangzhou\t'Hangzhou'
cn-shenzhen\t'Shenzhen'
cn-guangzhou\t'Guangzhou'
cn-heyuan\t'Heyuan'
cn-zhangjiakou\t'Zhangjiakou'
cn-huhehaote\t'Hohhot'
cn-hongkong\t'Hong Kong'
ap-southeast-1\t'Singapore'
ap-southeast-3\t'Kuala Lumpur'
ap-southeast-7\t'Bangkok'
ap-northeast-1\t'Tokyo'"
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l endpoint -d 'Host, host:port or URL to call instead' -r -f
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l retries -d 'Further attempts at an answer [default: 4]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l connect-timeout -d 'For the connection [default: 10s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l request-timeout -d 'For one whole request [default: 60s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l ca-file -d 'Certificates to trust too, in PEM' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l failed -d 'Show failed nodes alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -l exit-status -d 'Exit with the verdict; 8 while it is not finished'
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand status" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l node -d 'Ask about this node alone' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l from -d 'Read a recording instead; - is stdin' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -s o -l output -d 'Output: table, json or ids' -r -f -a "table\t'for people'
json\t'one document'
ids\t'node ids, one a line'"
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l config -d 'Config file' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -s p -l profile -d 'Profile of the config file or the official CLI' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -s r -l region -d 'Region the file was sent in' -r -f -a "cn-wulanchabu\t'Ulanqab'
cn-beijing\t'Beijing'
cn-shanghai\t'Shanghai'
cn-hangzhou\t'Hangzhou'
cn-shenzhen\t'Shenzhen'
cn-guangzhou\t'Guangzhou'
cn-heyuan\t'Heyuan'
cn-zhangjiakou\t'Zhangjiakou'
cn-huhehaote\t'Hohhot'
cn-hongkong\t'Hong Kong'
ap-southeast-1\t'Singapore'
ap-southeast-3\t'Kuala Lumpur'
ap-southeast-7\t'Bangkok'
ap-northeast-1\t'Tokyo'"
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l endpoint -d 'Host, host:port or URL to call instead' -r -f
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l retries -d 'Further attempts at an answer [default: 4]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l connect-timeout -d 'For the connection [default: 10s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l request-timeout -d 'For one whole request [default: 60s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l ca-file -d 'Certificates to trust too, in PEM' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -l exit-status -d 'Exit with the verdict; 8 while it is not finished'
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand errors" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l node -d 'Ask about this node alone' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l from -d 'Read a recording instead; - is stdin' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -s o -l output -d 'Output: table, json or jsonl' -r -f -a "table\t'for people'
json\t'one document'
jsonl\t'a line a node or an event'"
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l interval -d 'From poll to poll, 1s to 5m [default: 5s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l timeout -d 'How long at most; 0 is without end [default: 30m]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l grace -d 'How long an id may be unknown at first [default: 30s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l max-failed -d 'Failed nodes that are accepted, such as 5 or 2.5%' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l junit -d 'Write a JUnit report: a testcase a node' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l record -d 'Append each answer that is news to a file' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l config -d 'Config file' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -s p -l profile -d 'Profile of the config file or the official CLI' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -s r -l region -d 'Region the file was sent in' -r -f -a "cn-wulanchabu\t'Ulanqab'
cn-beijing\t'Beijing'
cn-shanghai\t'Shanghai'
cn-hangzhou\t'Hangzhou'
cn-shenzhen\t'Shenzhen'
cn-guangzhou\t'Guangzhou'
cn-heyuan\t'Heyuan'
cn-zhangjiakou\t'Zhangjiakou'
cn-huhehaote\t'Hohhot'
cn-hongkong\t'Hong Kong'
ap-southeast-1\t'Singapore'
ap-southeast-3\t'Kuala Lumpur'
ap-southeast-7\t'Bangkok'
ap-northeast-1\t'Tokyo'"
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l endpoint -d 'Host, host:port or URL to call instead' -r -f
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l retries -d 'Further attempts at an answer [default: 4]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l connect-timeout -d 'For the connection [default: 10s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l request-timeout -d 'For one whole request [default: 60s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l ca-file -d 'Certificates to trust too, in PEM' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l fail-fast -d 'End as soon as more nodes failed than are accepted'
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -l github -d 'Annotate a job of GitHub Actions, fill its summary'
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand watch" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand explain" -s o -l output -d 'Output: table or json' -r -f -a "table\t'for people'
json\t'one document'"
complete -c efloctl -n "__fish_efloctl_using_subcommand explain" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand explain" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand explain" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand explain" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand demo" -s o -l output -d 'Output: table, json or jsonl' -r -f -a "table\t'for people'
json\t'one document'
jsonl\t'a line a node or an event'"
complete -c efloctl -n "__fish_efloctl_using_subcommand demo" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand demo" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand demo" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand demo" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -s o -l output -d 'Output: table or json' -r -f -a "table\t'for people'
json\t'one document'"
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -l config -d 'Config file' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -s p -l profile -d 'Profile of the config file or the official CLI' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -s r -l region -d 'Region the file was sent in' -r -f -a "cn-wulanchabu\t'Ulanqab'
cn-beijing\t'Beijing'
cn-shanghai\t'Shanghai'
cn-hangzhou\t'Hangzhou'
cn-shenzhen\t'Shenzhen'
cn-guangzhou\t'Guangzhou'
cn-heyuan\t'Heyuan'
cn-zhangjiakou\t'Zhangjiakou'
cn-huhehaote\t'Hohhot'
cn-hongkong\t'Hong Kong'
ap-southeast-1\t'Singapore'
ap-southeast-3\t'Kuala Lumpur'
ap-southeast-7\t'Bangkok'
ap-northeast-1\t'Tokyo'"
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -l endpoint -d 'Host, host:port or URL to call instead' -r -f
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -l retries -d 'Further attempts at an answer [default: 4]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -l connect-timeout -d 'For the connection [default: 10s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -l request-timeout -d 'For one whole request [default: 60s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -l ca-file -d 'Certificates to trust too, in PEM' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand doctor" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and not __fish_seen_subcommand_from init show path list" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and not __fish_seen_subcommand_from init show path list" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and not __fish_seen_subcommand_from init show path list" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and not __fish_seen_subcommand_from init show path list" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and not __fish_seen_subcommand_from init show path list" -f -a "init" -d 'Write a first config file, readable by its owner alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and not __fish_seen_subcommand_from init show path list" -f -a "show" -d 'Show the settings in effect and where each came from; secrets masked'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and not __fish_seen_subcommand_from init show path list" -f -a "path" -d 'Say where the config file is'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and not __fish_seen_subcommand_from init show path list" -f -a "list" -d 'List the profiles, the one in use marked'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -s p -l profile -d 'Name of the profile [default: ops]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -s r -l region -d 'Region of the profile' -r -f -a "cn-wulanchabu\t'Ulanqab'
cn-beijing\t'Beijing'
cn-shanghai\t'Shanghai'
cn-hangzhou\t'Hangzhou'
cn-shenzhen\t'Shenzhen'
cn-guangzhou\t'Guangzhou'
cn-heyuan\t'Heyuan'
cn-zhangjiakou\t'Zhangjiakou'
cn-huhehaote\t'Hohhot'
cn-hongkong\t'Hong Kong'
ap-southeast-1\t'Singapore'
ap-southeast-3\t'Kuala Lumpur'
ap-southeast-7\t'Bangkok'
ap-northeast-1\t'Tokyo'"
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -l access-key-id -d 'AccessKey id; the secret is read from stdin' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -l aliyun-profile -d 'Use this profile of the official CLI' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'Config file' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -l force -d 'Replace a file that is there, keep a copy'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'Output: table or json' -r -f -a "table\t'for people'
json\t'one document'"
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Config file' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -s p -l profile -d 'Profile of the config file or the official CLI' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -s r -l region -d 'Region the file was sent in' -r -f -a "cn-wulanchabu\t'Ulanqab'
cn-beijing\t'Beijing'
cn-shanghai\t'Shanghai'
cn-hangzhou\t'Hangzhou'
cn-shenzhen\t'Shenzhen'
cn-guangzhou\t'Guangzhou'
cn-heyuan\t'Heyuan'
cn-zhangjiakou\t'Zhangjiakou'
cn-huhehaote\t'Hohhot'
cn-hongkong\t'Hong Kong'
ap-southeast-1\t'Singapore'
ap-southeast-3\t'Kuala Lumpur'
ap-southeast-7\t'Bangkok'
ap-northeast-1\t'Tokyo'"
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -l endpoint -d 'Host, host:port or URL to call instead' -r -f
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -l retries -d 'Further attempts at an answer [default: 4]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -l connect-timeout -d 'For the connection [default: 10s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -l request-timeout -d 'For one whole request [default: 60s]' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -l ca-file -d 'Certificates to trust too, in PEM' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from path" -l config -d 'Config file' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from list" -s o -l output -d 'Output: table or json' -r -f -a "table\t'for people'
json\t'one document'"
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from list" -l config -d 'Config file' -r -F
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from list" -s p -l profile -d 'Profile of the config file or the official CLI' -r
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from list" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand config; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand completions" -l color -d 'Colour: auto, always or never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c efloctl -n "__fish_efloctl_using_subcommand completions" -s h -l help -d 'Print help; with --help, of every option'
complete -c efloctl -n "__fish_efloctl_using_subcommand completions" -s v -l verbose -d 'Say what is being done; twice, show the requests too'
complete -c efloctl -n "__fish_efloctl_using_subcommand completions" -s q -l quiet -d 'Print the answer and errors alone'
complete -c efloctl -n "__fish_efloctl_using_subcommand explain" -f -a "Aborted AccountNotExists ClientIsUpgrading ClientNeedUpgrade ClientNotResponse ClientNotRunning DeliveryTimeout Error Failed FileAlreadyExists FileAuthorityInvalid FileContentInvalid FileCreateFail FileNameInvalid FilePathInvalid Forbidden Forbidden.RAM IncompleteSignature InternalError Invalid InvalidAccessKeyId.Inactive InvalidAccessKeyId.NotFound InvalidAction.NotFound InvalidApi.NotFound InvalidParameter InvalidProduct.NotFound InvalidProtocol.NeedSsl InvalidSecurityToken.Expired InvalidSecurityToken.Malformed InvalidSecurityToken.MismatchWithAccessKey InvalidTimeStamp.Expired InvalidTimeStamp.Format MissingParameter NoPermission NodeNotExists NodeNotRunning NodeReleased Null PartialFailed Pending Running ServiceUnavailable ServiceUnavailableTemporary SignatureDoesNotMatch SignatureNonceUsed Success Throttling Throttling.Api Throttling.User Timeout UserGroupNotExists"
complete -c efloctl -n "__fish_efloctl_using_subcommand demo" -f -a "partial success failed"
complete -c efloctl -n "__fish_efloctl_using_subcommand completions" -f -a "bash elvish fish powershell zsh"
