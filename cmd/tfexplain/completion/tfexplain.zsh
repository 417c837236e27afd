#compdef tfexplain
# Completion of tfexplain for zsh: source <(tfexplain completion zsh), after compinit.
_tfexplain() {
    local word
    local -a answer names texts
    answer=("${(@f)$("${words[1]}" complete zsh "" "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for word in "${answer[@]}"; do
        case $word in
            "") ;;
            :files) [[ $PREFIX == *=* ]] && compset -P '*='; _files ;;
            :folders) [[ $PREFIX == *=* ]] && compset -P '*='; _directories ;;
            *=) compadd -S '' -- "${word%%$'\t'*}" ;;
            *)
                names+=("${word%%$'\t'*}")
                texts+=("${${word%%$'\t'*}}${${word#*$'\t'}:+  -- ${word#*$'\t'}}")
                ;;
        esac
    done
    (( $#names )) && compadd -l -d texts -a names
}
compdef _tfexplain tfexplain
