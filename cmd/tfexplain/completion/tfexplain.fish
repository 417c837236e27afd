# Completion of tfexplain for fish: tfexplain completion fish | source
function __tfexplain_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l key ""
    string match -q '*=*' -- $current; and set key (string replace -r '=[^=]*$' '=' -- $current)
    set -l path (string replace -r '^.*=' '' -- $current)
    for word in ($words[1] complete fish "" $words[2..] "$current" 2>/dev/null)
        switch $word
            case :files
                printf "%s\n" $key(__fish_complete_path "$path")
            case :folders
                printf "%s\n" $key(__fish_complete_directories "$path")
            case '*'
                echo $word
        end
    end
end
complete -c tfexplain -f -a '(__tfexplain_complete)'
